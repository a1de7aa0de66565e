import { API_PREFIX } from '../../shared/contract/index.ts';
import { crunch } from './crunch.ts';

/**
 * What changed, by slug or name. A project without a dataset means that any of its datasets may have; nothing of all three,
 * that anything may have.
 */
export interface Change {
  dataset?: string;
  project?: string;
  host?: string;
}

export interface Connection {
  /** When news last could come, in ms since 1970; undefined while they can. */
  lostAt: number | undefined;
}

interface Listener {
  onChange(change: Change): void;
  /** News may have been missed. */
  onReconnect(): void;
}

const RETRY_MS = 5000;

/**
 * The server's news of what changes. Closed while the page is hidden: a browser has few connections to one server, and
 * all its tabs share them.
 */
export class LiveChanges {
  private connection: Connection = { lostAt: undefined };
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hasMissed = false;
  private readonly watchers = new Set<() => void>();

  /** Begins to listen; returns what ends it. */
  start(listener: Listener): () => void {
    const adapt = () => {
      if (document.hidden) this.close();
      else if (this.source === undefined) this.open(listener);
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
    const source = new EventSource(`${API_PREFIX}/events`);
    this.source = source;
    source.addEventListener('open', () => {
      if (this.hasMissed) listener.onReconnect();
      this.hasMissed = false;
      this.show({ lostAt: undefined });
    });
    source.addEventListener('change', ({ data }) => listener.onChange(JSON.parse(String(data)) as Change));
    source.addEventListener('error', () => {
      this.hasMissed = true;
      if (this.connection.lostAt === undefined) this.show({ lostAt: Date.now() });
      // A lost connection the browser makes anew itself, a refused one it does not.
      if (source.readyState === EventSource.CLOSED) this.tryAgain(listener);
    });
  }

  private tryAgain(listener: Listener): void {
    this.timer = setTimeout(() => {
      // Asked first, since a session may have ended: then this waits for the next sign-in.
      void crunch.getCaller().then(
        () => this.source !== undefined && this.open(listener),
        () => this.source !== undefined && this.tryAgain(listener),
      );
    }, RETRY_MS);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
    this.hasMissed = true;
  }

  private show(connection: Connection): void {
    this.connection = connection;
    for (const watcher of this.watchers) watcher();
  }
}

export const liveChanges = new LiveChanges();
