import { pause } from '../../client/send-with-retries.ts';
import type { Change } from '../../shared/contract/events.ts';
import { crunch } from './crunch.ts';

export interface Connection {
  /** When news could last come, in ms since 1970; undefined while they can. */
  lostAt: number | undefined;
}

interface Listener {
  onChange(change: Change): void;
  /** News may have been missed. */
  onReconnect(): void;
}

const RECONNECT_MS = 2000;

/**
 * The server's news of what changes. Closed while the page is hidden: a browser has few connections to one server, and
 * all its tabs share them.
 */
export class LiveChanges {
  private connection: Connection = { lostAt: undefined };
  private closing: AbortController | undefined;
  private hasMissed = false;
  private heardAt = Date.now();
  private readonly watchers = new Set<() => void>();

  /** Begins to listen; returns what ends it. */
  start(listener: Listener): () => void {
    const adapt = () => {
      if (document.hidden) this.close();
      else this.open(listener);
    };
    document.addEventListener('visibilitychange', adapt);
    adapt();
    return () => {
      document.removeEventListener('visibilitychange', adapt);
      this.close();
    };
  }

  readonly current = (): Connection => this.connection;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private open(listener: Listener): void {
    if (this.closing) return;
    this.closing = new AbortController();
    void this.listen(listener, this.closing.signal);
  }

  private close(): void {
    this.closing?.abort();
    this.closing = undefined;
    this.hasMissed = true;
  }

  private async listen(listener: Listener, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.hear(listener, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.hasMissed = true;
      this.show({ lostAt: this.heardAt });
      await pause(RECONNECT_MS, signal).catch(() => undefined);
    }
  }

  /** Until the connection is lost, or the session over: then the next attempt waits for the sign-in. */
  private async hear(listener: Listener, signal: AbortSignal): Promise<void> {
    const changes = await crunch.streamEvents({}, { signal });
    if (this.hasMissed) listener.onReconnect();
    this.hasMissed = false;
    this.show({ lostAt: undefined });
    try {
      for await (const change of changes) listener.onChange(change);
    } finally {
      this.heardAt = Date.now();
    }
  }

  private show(connection: Connection): void {
    this.connection = connection;
    for (const watcher of this.watchers) watcher();
  }
}

export const liveChanges = new LiveChanges();
