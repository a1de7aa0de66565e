import { setImmediate as turn } from 'node:timers/promises';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';

const ITEMS = [1, 2, 3, 4, 5];

async function* countUp(taken: number[]): AsyncGenerator<number> {
  for (const item of ITEMS) {
    taken.push(item);
    yield item;
  }
}

test('every item is done, at most so many at a time, and taken only when its turn comes', async () => {
  const taken: number[] = [];
  const done: number[] = [];
  let inHand = 0;
  await forEachConcurrently(countUp(taken), { limit: 2 }, async (item) => {
    inHand += 1;
    expect(inHand).toBeLessThanOrEqual(2);
    expect(taken.length - done.length).toBeLessThanOrEqual(2);
    await turn();
    inHand -= 1;
    done.push(item);
  });
  expect(new Set(done)).toEqual(new Set(ITEMS));
});

test('the first failure stops what is in hand, and is thrown once that has ended', async () => {
  const begun: number[] = [];
  let ended = false;
  const failing = forEachConcurrently(ITEMS, { limit: 2 }, async (item, signal) => {
    begun.push(item);
    if (item === 2) throw new Error('two');
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    await turn();
    ended = true;
    throw new Error('ended by the failure');
  });
  await expect(failing).rejects.toThrow('two');
  expect(begun).toEqual([1, 2]);
  expect(ended).toBe(true);
});

test('where it goes on after a failure, the other items are done before the first failure is thrown', async () => {
  const done: number[] = [];
  const going = forEachConcurrently(ITEMS, { limit: 2, goesOnAfterFailure: true }, async (item, signal) => {
    if (item === 2 || item === 4) throw new Error(`item ${item}`);
    await turn();
    expect(signal.aborted).toBe(false);
    done.push(item);
  });
  await expect(going).rejects.toThrow('item 2');
  expect(new Set(done)).toEqual(new Set([1, 3, 5]));
});

test.each([false, true])(
  'the caller’s signal ends the work with its reason (goesOnAfterFailure %s)',
  async (goesOn) => {
    const caller = new AbortController();
    const begun: number[] = [];
    const pace = { limit: 1, signal: caller.signal, goesOnAfterFailure: goesOn };
    const stopped = forEachConcurrently(ITEMS, pace, async (item) => {
      begun.push(item);
      caller.abort(new CrunchError('interrupted', 'Interrupted.'));
    });
    await expect(stopped).rejects.toThrow('Interrupted.');
    expect(begun).toEqual([1]);
  },
);

test('a source that fails ends the work', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no more');
  }
  await expect(forEachConcurrently(broken(), { limit: 3 }, async () => undefined)).rejects.toThrow('no more');
});
