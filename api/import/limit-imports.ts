import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Each holds one of the server's few connections to the database from its first row to its last. */
const MOST_AT_ONCE = 2;

/** Lets a few imports run at once. */
export interface ImportLimit {
  /** Does the work. Throws `too-many-requests` for one too many. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function limitImports(): ImportLimit {
  let running = 0;
  return {
    async run(work) {
      if (running >= MOST_AT_ONCE) {
        const message = `${MOST_AT_ONCE} imports are running on this server. Try again when one of them is done.`;
        throw new CrunchError('too-many-requests', message);
      }
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
  };
}
