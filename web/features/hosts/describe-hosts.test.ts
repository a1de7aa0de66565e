import { describeHosts } from './describe-hosts.ts';

test('hosts are counted by what they do', () => {
  const hosts = [
    { state: 'live', holds: ['a:b'] },
    { state: 'live', holds: [] },
    { state: 'silent', holds: ['a:c'] },
    { state: 'left', holds: [] },
  ] as const;
  expect(describeHosts(hosts.map((host) => ({ ...host, holds: [...host.holds] })))).toBe(
    '2 live, 1 working; 1 silent.',
  );
  expect(describeHosts([{ state: 'left', holds: [] }])).toBe('No host is live: datasets wait until one starts.');
});
