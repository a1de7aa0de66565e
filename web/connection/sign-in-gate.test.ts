import { SignInGate } from './sign-in-gate.ts';

test('who is refused waits until somebody has signed in', async () => {
  const gate = new SignInGate();
  const told: boolean[] = [];
  gate.subscribe(() => told.push(gate.isClosed()));
  const waiting = [gate.wait(gate.session()), gate.wait(gate.session())];
  expect(gate.isClosed()).toBe(true);
  gate.open();
  await Promise.all(waiting);
  expect(told).toEqual([true, false]);
});

test('a request of before the sign-in that is refused after it asks for no other', async () => {
  const gate = new SignInGate();
  const before = gate.session();
  const waiting = gate.wait(before);
  gate.open();
  await waiting;
  await gate.wait(before);
  expect(gate.isClosed()).toBe(false);
});

test('who gives up waits no longer', async () => {
  const gate = new SignInGate();
  const giveUp = new AbortController();
  const waiting = gate.wait(gate.session(), giveUp.signal);
  giveUp.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(gate.wait(gate.session(), giveUp.signal)).rejects.toThrow('gone');
});

test('a visitor waits for nothing, whether refused before or after it was known that nobody is signed in', async () => {
  const gate = new SignInGate();
  const waiting = gate.wait(gate.session());
  gate.admitVisitor();
  await expect(waiting).resolves.toBe(false);
  await expect(gate.wait(gate.session())).resolves.toBe(false);
  expect(gate.isClosed()).toBe(false);
});
