import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** What changed, by slug or name. An empty one means that anything may have changed. */
export interface CatalogChange {
  dataset?: string;
  project?: string;
  host?: string;
}

/**
 * News from all processes that share the catalog. Listeners are also called after each new connection, since
 * something may have been missed before it; they must not throw.
 */
export interface CatalogNotifications {
  /** Calls when a dataset was queued, a run closed or a host came. Returns what ends the subscription. */
  onAdmission(listener: () => void): () => void;
  /** Calls when somebody cancelled something. Returns what ends the subscription. */
  onCancellation(listener: () => void): () => void;
  /** Calls when a dataset, a project or a host changed. Returns what ends the subscription. */
  onChange(listener: (change: CatalogChange) => void): () => void;
  /** Calls when files are to be removed from storage. Returns what ends the subscription. */
  onRemoval(listener: () => void): () => void;
  /** Calls when a session or a token ended, or somebody may do other things than before. Returns what ends it. */
  onAccess(listener: () => void): () => void;
  /** Calls when an external client got a dataset. Returns what ends the subscription. */
  onExternalClaim(listener: () => void): () => void;
  /** Calls when a run printed something; without an id it may be any run. Returns what ends the subscription. */
  onOutput(listener: (runId?: string) => void): () => void;
}

/** The channels of NOTIFY. */
export const ADMISSION_CHANNEL = 'crunch_admission';
export const CANCELLATION_CHANNEL = 'crunch_cancellation';
export const CHANGE_CHANNEL = 'crunch_change';
export const REMOVAL_CHANNEL = 'crunch_removal';
export const ACCESS_CHANNEL = 'crunch_access';
export const EXTERNAL_CLAIM_CHANNEL = 'crunch_external_claim';
export const OUTPUT_CHANNEL = 'crunch_output';

const CHANNELS = [
  ADMISSION_CHANNEL,
  CANCELLATION_CHANNEL,
  CHANGE_CHANNEL,
  REMOVAL_CHANNEL,
  ACCESS_CHANNEL,
  EXTERNAL_CLAIM_CHANNEL,
  OUTPUT_CHANNEL,
];

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Listens on one connection of its own, from the first subscription until it is closed. */
export class NotificationListener implements CatalogNotifications {
  readonly #databaseUrl: string;
  readonly #admissionListeners = new Set<() => void>();
  readonly #changeListeners = new Set<(change: CatalogChange) => void>();
  readonly #cancellationListeners = new Set<() => void>();
  readonly #removalListeners = new Set<() => void>();
  readonly #accessListeners = new Set<() => void>();
  readonly #externalClaimListeners = new Set<() => void>();
  readonly #outputListeners = new Set<(runId?: string) => void>();
  readonly #closing = new AbortController();
  #work: Promise<void> | undefined;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  onAdmission(listener: () => void): () => void {
    return this.#subscribe(this.#admissionListeners, listener);
  }

  onChange(listener: (change: CatalogChange) => void): () => void {
    return this.#subscribe(this.#changeListeners, listener);
  }

  onCancellation(listener: () => void): () => void {
    return this.#subscribe(this.#cancellationListeners, listener);
  }

  onRemoval(listener: () => void): () => void {
    return this.#subscribe(this.#removalListeners, listener);
  }

  onAccess(listener: () => void): () => void {
    return this.#subscribe(this.#accessListeners, listener);
  }

  onExternalClaim(listener: () => void): () => void {
    return this.#subscribe(this.#externalClaimListeners, listener);
  }

  onOutput(listener: (runId?: string) => void): () => void {
    return this.#subscribe(this.#outputListeners, listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  #subscribe<T>(listeners: Set<T>, listener: T): () => void {
    listeners.add(listener);
    this.#work ??= this.#listenUntilClosed();
    return () => listeners.delete(listener);
  }

  async #listenUntilClosed(): Promise<void> {
    let pauseMs = SHORTEST_PAUSE_MS;
    while (!this.#closing.signal.aborted) {
      const connected = await this.#listenOnce();
      pauseMs = connected ? SHORTEST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  /** Listens until the connection breaks or is closed. Resolves to false when there was none. */
  async #listenOnce(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.#databaseUrl, keepAlive: true });
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', () => void client.end().catch(() => {}));
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload));
    const close = () => void client.end().catch(() => {});
    this.#closing.signal.addEventListener('abort', close);
    try {
      await client.connect();
      await client.query(CHANNELS.map((channel) => `LISTEN ${channel}`).join('; '));
      for (const channel of CHANNELS) this.#tell(channel);
      await ended;
      return true;
    } catch {
      await client.end().catch(() => {});
      return false;
    } finally {
      this.#closing.signal.removeEventListener('abort', close);
    }
  }

  #tell(channel: string, payload?: string): void {
    if (channel === ADMISSION_CHANNEL) {
      for (const listener of this.#admissionListeners) listener();
    } else if (channel === CANCELLATION_CHANNEL) {
      for (const listener of this.#cancellationListeners) listener();
    } else if (channel === REMOVAL_CHANNEL) {
      for (const listener of this.#removalListeners) listener();
    } else if (channel === ACCESS_CHANNEL) {
      for (const listener of this.#accessListeners) listener();
    } else if (channel === EXTERNAL_CLAIM_CHANNEL) {
      for (const listener of this.#externalClaimListeners) listener();
    } else if (channel === OUTPUT_CHANNEL) {
      for (const listener of this.#outputListeners) listener(payload);
    } else {
      const change = payload ? (JSON.parse(payload) as CatalogChange) : {};
      for (const listener of this.#changeListeners) listener(change);
    }
  }
}
