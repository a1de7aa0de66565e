/**
 * Where requests wait while nobody is signed in. What was asked goes on after the sign-in, so that neither a page nor
 * anything typed is lost when a session ends. Visitors don't wait: what is refused to them they are told, and sign in
 * when they want to.
 */
export class SignInGate {
  private opened: Promise<void> | undefined;
  private signIns = 0;
  private isForVisitor = false;
  private openNow: () => void = () => undefined;
  private readonly listeners = new Set<() => void>();

  /** Whether a request waits for a sign-in. */
  readonly isClosed = (): boolean => this.opened !== undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Take it before a request is sent, and give it to `wait` when the request was refused. */
  session(): number {
    return this.signIns;
  }

  /**
   * Closes the gate and resolves when somebody has signed in; at once when that was after the request of `session` was
   * sent. Tells whether the request is worth sending again: it is not for a visitor. Rejects with the signal's reason
   * when it is aborted.
   */
  async wait(session: number, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    if (this.isForVisitor) return false;
    if (session !== this.signIns) return true;
    if (this.opened === undefined) {
      this.opened = new Promise((resolve) => {
        this.openNow = resolve;
      });
      this.tell();
    }
    await (signal ? Promise.race([this.opened, rejectWhenAborted(signal)]) : this.opened);
    return !this.isForVisitor;
  }

  /** Who looks has not signed in, and sees what is public. */
  admitVisitor(): void {
    this.isForVisitor = true;
    this.openNow();
    this.opened = undefined;
    this.tell();
  }

  /** Somebody signed in. */
  open(): void {
    this.opened = undefined;
    this.signIns += 1;
    this.openNow();
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

export const signInGate = new SignInGate();
