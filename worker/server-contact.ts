import type { Logger } from '../platform/logger.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { HostOptions } from './host-options.ts';

/** Whether the server answers a host, which is told once each time that it changes. */
export class ServerContact {
  private readonly logger: Logger;
  private readonly onEvent: HostOptions['onEvent'];
  private awaySinceMs: number | undefined;

  constructor({ logger, onEvent }: Pick<HostOptions, 'logger' | 'onEvent'>) {
    this.logger = logger;
    this.onEvent = onEvent;
  }

  answered(): void {
    if (this.awaySinceMs === undefined) return;
    const seconds = (performance.now() - this.awaySinceMs) / 1000;
    this.awaySinceMs = undefined;
    this.onEvent({ type: 'server-back', seconds });
  }

  /** A call failed; `what` could not be done. */
  failed(error: unknown, what: string): void {
    this.logger.warn({ err: error }, what);
    if (this.awaySinceMs !== undefined || !(error instanceof CrunchError && error.code === 'api-unreachable')) return;
    this.awaySinceMs = performance.now();
    this.onEvent({ type: 'server-away' });
  }
}
