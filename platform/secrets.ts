const MASK = '[hidden]';

/** Shorter ones would hide half of what a program prints. */
const SHORTEST_SECRET = 8;

/** The secrets that this process knows and nobody may read in what programs print. */
export class Secrets {
  /** As the bytes of their UTF-8, each one character. */
  readonly #values = new Set<string>();
  #pattern: RegExp | undefined;

  add(...secrets: (string | undefined)[]): void {
    for (const secret of secrets) {
      if (secret !== undefined && secret.length >= SHORTEST_SECRET) this.#values.add(bytesOf(secret));
    }
    this.#pattern = undefined;
  }

  /** One that is good for nothing any more. */
  forget(secret: string): void {
    this.#values.delete(bytesOf(secret));
    this.#pattern = undefined;
  }

  /** A whole text without the secrets. */
  hide(text: string): string {
    return Buffer.from(this.hideIn(bytesOf(text)), 'latin1').toString();
  }

  /** The same for bytes, each one character. */
  hideIn(bytes: string): string {
    if (this.#values.size === 0) return bytes;
    this.#pattern ??= patternOf([...this.#values]);
    return bytes.replace(this.#pattern, MASK);
  }

  /** How many characters at the end may be the beginning of a secret. */
  countUnsure(bytes: string): number {
    let unsure = 0;
    for (const secret of this.#values) {
      let length = Math.min(secret.length - 1, bytes.length);
      while (length > unsure && !bytes.endsWith(secret.slice(0, length))) length -= 1;
      unsure = Math.max(unsure, length);
    }
    return unsure;
  }
}

/** Hides secrets in an output as it comes, also those that two chunks share. */
export class SecretMask {
  readonly #secrets: Secrets;
  #unsure = '';

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Keeps back what may be the beginning of a secret. */
  push(chunk: Buffer): Buffer {
    const shown = this.#secrets.hideIn(this.#unsure + chunk.toString('latin1'));
    const sureLength = shown.length - this.#secrets.countUnsure(shown);
    this.#unsure = shown.slice(sureLength);
    return Buffer.from(shown.slice(0, sureLength), 'latin1');
  }

  /** What was kept back, when the output has ended. */
  end(): Buffer {
    return Buffer.from(this.#unsure, 'latin1');
  }
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Of two that begin alike, the longer one goes first. */
function patternOf(secrets: string[]): RegExp {
  const longestFirst = secrets.toSorted((one, other) => other.length - one.length);
  return new RegExp(longestFirst.map((secret) => secret.replace(/[^\w]/g, escapeCharacter)).join('|'), 'g');
}

function escapeCharacter(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
