/** Whether a visitor wants to sign in: buttons on any page say so, and the frame of all pages asks for the password. */
export class SignInWish {
  private wished = false;
  private readonly listeners = new Set<() => void>();

  readonly isMade = (): boolean => this.wished;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly make = (): void => this.set(true);

  readonly drop = (): void => this.set(false);

  private set(wished: boolean): void {
    this.wished = wished;
    for (const listener of this.listeners) listener();
  }
}

export const signInWish = new SignInWish();
