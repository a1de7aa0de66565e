import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Of 0 to 4: an attack with a stolen hash would need more than 10⁸ guesses. */
const LEAST_SCORE = 3;

/** Of longer ones it takes a second to find all repetitions, and the beginning tells enough. */
const MOST_JUDGED = 64;

/**
 * Throws `invalid-input` for a password that is easy to guess: a common one, one that is nearly so, repetitions,
 * sequences, runs on the keyboard, or what is known of its owner. `field` is its name in the request.
 */
export async function assertHardToGuess(password: string, knownWords: string[], field: string): Promise<void> {
  const guesser = await (guessers ??= loadGuesser());
  const words = knownWords.flatMap((known) => [known, ...known.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word !== '');
  const judged = password.slice(0, MOST_JUDGED);
  if (guesser.check(judged, ['crunch', ...words]).score >= LEAST_SCORE) return;
  const message = 'is easy to guess: take several unusual words, or let a password manager make one';
  throw new CrunchError('invalid-input', `The password ${message}.`, { fields: [{ path: field, message }] });
}

let guessers: ReturnType<typeof loadGuesser> | undefined;

/** The dictionaries are large, and rarely needed. */
async function loadGuesser() {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary });
}
