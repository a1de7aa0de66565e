import type { ErrorCode } from '../../shared/errors/error-codes.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

/** What one check found. A warning is about something that only some workflows need. */
export interface Finding {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  /** What was found, and what to do when it is not right. */
  note: string;
  /** What a check failed with. */
  code?: ErrorCode;
}

/** Collects findings, and tells each as it comes. */
export class Checklist {
  readonly findings: Finding[] = [];
  readonly #tell: (finding: Finding) => void;

  constructor(tell: (finding: Finding) => void) {
    this.#tell = tell;
  }

  add(finding: Finding): void {
    this.findings.push(finding);
    this.#tell(finding);
  }

  /** Makes a check, which is passed unless it throws. Gives what it found out; undefined when it failed. */
  async check<T>(name: string, inspect: () => Promise<{ note: string; found: T }>): Promise<T | undefined> {
    try {
      const { note, found } = await inspect();
      this.add({ name, state: 'ok', note });
      return found;
    } catch (error) {
      const code = error instanceof CrunchError ? error.code : 'internal';
      this.add({ name, state: 'failed', note: messageOf(error), code });
      return undefined;
    }
  }
}
