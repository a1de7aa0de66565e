/** A note of a failed stage: a sentence, then the last lines of its log. */
export interface FailureNote {
  message: string;
  log: string[];
}

export function readFailureNote(note: string): FailureNote {
  const [message = '', ...log] = note.trimEnd().split('\n');
  return { message, log };
}

export function firstLine(note: string): string {
  return readFailureNote(note).message;
}

/** Words with which programs begin to tell what went wrong; what follows is mostly how they end because of it. */
const TROUBLE = /error\b|exception\b|\bfatal\b|\bfailed\b|not found\b|\bdenied\b|\bno such\b|\bkilled\b|\bbroken\b/i;

/** The line of a log that tells most about a failure: the first that names trouble, else the last; -1 for no lines. */
export function findFailingLine(log: readonly string[]): number {
  const found = log.findIndex((line) => TROUBLE.test(line));
  return found === -1 ? log.length - 1 : found;
}
