/** Failures that come together are one sign of congestion. */
const ONE_SIGN_MS = 1000;

/**
 * Lets less be under way at once while the store can't cope, and more again as it does: half as much after a sign of
 * congestion, one more after as many successes as are let through (additive increase, multiplicative decrease).
 */
export class CongestionGate {
  readonly #most: number;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #underWay = 0;
  #narrowedMs = -Infinity;

  /** `now` gives milliseconds of a clock that only goes forward. */
  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#limit = most;
    this.#now = now;
  }

  /** Does the work when there is room for it. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay >= Math.floor(this.#limit)) await new Promise<void>((enter) => this.#waiting.push(enter));
    else this.#underWay += 1;
    try {
      const result = await work();
      this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit);
      return result;
    } finally {
      this.#underWay -= 1;
      this.#letIn();
    }
  }

  /** The store can't cope. */
  narrow(): void {
    if (this.#now() - this.#narrowedMs < ONE_SIGN_MS) return;
    this.#narrowedMs = this.#now();
    this.#limit = Math.max(1, this.#limit / 2);
  }

  #letIn(): void {
    while (this.#underWay < Math.floor(this.#limit)) {
      const enter = this.#waiting.shift();
      if (!enter) return;
      this.#underWay += 1;
      enter();
    }
  }
}
