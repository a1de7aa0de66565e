import { UploadQueue, type Batch, type UploadSteps } from './upload-queue.ts';

const SLUG = 'penguins:torgersen';

/** Resolves when the batch fits. */
function until(queue: UploadQueue, fits: (batch: Batch) => boolean): Promise<Batch> {
  return new Promise((resolve) => {
    const look = () => {
      const batch = queue.batch(SLUG);
      if (fits(batch)) resolve(batch);
    };
    queue.subscribe(look);
    look();
  });
}

const isSettled = ({ uploads }: Batch) => uploads.every(({ state }) => state === 'done' || state === 'failed');

const files = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob([path]) }));

test('files are hashed and sent, and what follows is done once, after the last', async () => {
  const sent: string[] = [];
  const queue = new UploadQueue({
    hash: (file) => file.text().then((text) => `hash of ${text}`),
    async send(_file, { slug, path, sha256 }) {
      sent.push(`${slug} ${path} ${sha256}`);
    },
  });
  const { promise, resolve } = withResolvers<number>();
  queue.add(SLUG, files('a', 'b', 'c/d'), async () => resolve(sent.length));
  await expect(promise).resolves.toBe(3);
  expect(sent).toContain(`${SLUG} c/d hash of c/d`);
  expect(queue.batch(SLUG).uploads.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  expect(queue.isBusy()).toBe(false);
});

test('one that is refused keeps the rest from what follows, until it is tried again', async () => {
  let isRefused = true;
  let followed = 0;
  const queue = new UploadQueue({
    hash: async () => 'hash',
    async send(_file, { path }) {
      if (isRefused && path === 'b') throw new Error('it is running');
    },
  });
  const { promise, resolve } = withResolvers<void>();
  queue.add(SLUG, files('a', 'b'), async () => {
    followed += 1;
    resolve();
  });
  const batch = await until(queue, isSettled);
  expect(batch.uploads[1]).toMatchObject({ state: 'failed', fault: 'it is running' });
  expect(followed).toBe(0);
  isRefused = false;
  queue.retry(SLUG);
  await promise;
  expect(followed).toBe(1);
});

test('files that come when all others are there are counted anew', async () => {
  const queue = new UploadQueue({ hash: async () => 'hash', send: async () => undefined });
  queue.add(SLUG, files('a', 'b'));
  await until(queue, isSettled);
  queue.add(SLUG, files('b'));
  const { uploads } = await until(queue, isSettled);
  expect(uploads.map(({ path }) => path)).toEqual(['b']);
});

test('a file chosen again for the same place is sent after the one before, and counts alone', async () => {
  const gate = withResolvers<void>();
  const sent: string[] = [];
  const queue = new UploadQueue({
    hash: (file) => file.text(),
    async send(_file, { sha256 }) {
      sent.push(`${sha256} begins`);
      if (sha256 === 'first') await gate.promise;
      sent.push(`${sha256} is there`);
    },
  });
  const { promise, resolve } = withResolvers<void>();
  queue.add(SLUG, [{ path: 'a', file: new Blob(['first']) }], async () => resolve());
  await until(queue, ({ uploads }) => uploads[0]?.state === 'sending');
  queue.add(SLUG, [{ path: 'a', file: new Blob(['second']) }]);
  expect(queue.batch(SLUG).uploads).toMatchObject([{ state: 'waiting' }]);
  gate.resolve();
  await promise;
  expect(sent).toEqual(['first begins', 'first is there', 'second begins', 'second is there']);
  expect(queue.batch(SLUG).uploads).toMatchObject([{ state: 'done', doneBytes: 6 }]);
});

test('a name that can’t be stored is refused before anything is sent', async () => {
  const queue = new UploadQueue({ hash: async () => 'hash', send: async () => undefined });
  queue.add(SLUG, files('a\\b'));
  expect(queue.batch(SLUG).uploads[0]).toMatchObject({ state: 'failed', fault: expect.stringContaining('backslash') });
});

test('what follows may fail, and says why', async () => {
  const queue = new UploadQueue({ hash: async () => 'hash', send: async () => undefined });
  queue.add(SLUG, files('a'), async () => {
    throw new Error('its project is gone');
  });
  const { fault } = await until(queue, (batch) => batch.fault !== undefined);
  expect(fault).toBe('its project is gone');
});

test('what is cleared is given up', async () => {
  const { promise, resolve } = withResolvers<unknown>();
  const hash: UploadSteps['hash'] = (_file, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        resolve(signal.aborted);
        reject(signal.reason as Error);
      });
    });
  const queue = new UploadQueue({ hash, send: async () => undefined });
  queue.add(SLUG, files('a'));
  expect(queue.isBusy()).toBe(true);
  queue.clear(SLUG);
  await expect(promise).resolves.toBe(true);
  expect(queue.batch(SLUG).uploads).toEqual([]);
});

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
