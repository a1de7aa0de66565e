import { limitRequests } from './limit-requests.ts';

const TOO_MANY = expect.objectContaining({ code: 'too-many-requests', retryAfterSeconds: expect.any(Number) });

async function take(count: number, request: () => Promise<void>): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) await request();
}

test('a caller may send so many in ten seconds, and no other has less for it', async () => {
  const limit = limitRequests(2);
  await take(20, () => limit.take('token 1'));
  await expect(limit.take('token 1')).rejects.toEqual(TOO_MANY);
  await take(20, () => limit.take('token 2'));
});

test('strangers count by their address, those of an IPv6 network together', async () => {
  const limit = limitRequests(10);
  let sent = 0;
  await take(10, () => limit.takeFrom(`2001:db8:1:2::${(sent += 1).toString(16)}`));
  await expect(limit.takeFrom('2001:db8:1:2:ffff::1')).rejects.toEqual(TOO_MANY);
  await limit.takeFrom('2001:db8:1:3::1');
  await limit.takeFrom('198.51.100.7');
});
