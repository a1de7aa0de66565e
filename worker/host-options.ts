import type { HostActivityEvent, HostOutcome } from '../activities/host/host-context.ts';
import type { Logger } from '../platform/logger.ts';
import type { Engine } from '../shared/domain/engine.ts';

/** What a host takes: all it can, one dataset, or one by name. */
export type HostMode = { kind: 'loop'; untilEmpty: boolean } | { kind: 'next' } | { kind: 'run'; dataset: string };

/** Whether only a person or a fault ends a host. */
export function isEndless(mode: HostMode): boolean {
  return mode.kind === 'loop' && !mode.untilEmpty;
}

/** How a person wants a host to run: the options of `crunch loop`, `next` and `run`. */
export interface HostOptions {
  /** The server's address and a token for it. */
  url: string;
  token: string;
  name: string;
  /** Holds the workspaces; one host process a directory. */
  directory: string;
  /** How many datasets it holds at once. */
  concurrency: number;
  /** How many cores each user's workflow may use. */
  cores: number;
  /** Slugs; with neither projects nor pools it takes any dataset. */
  projects: string[];
  pools: string[];
  /** Remove a workspace once its dataset is completed. */
  cleanup: boolean;
  download: boolean;
  upload: boolean;
  /** Runs instead of the project's workflow. */
  workflowFile?: string;
  engine?: Engine;
  stagesFile?: string;
  storageSettingsFile?: string;
  mode: HostMode;
  /** The process's variables: `TEMPORAL_*` go over what the server says, others say where tools are. */
  env: NodeJS.ProcessEnv;
  /** After SIGTERM, how long what is in hand may go on before it is handed back. */
  graceMs: number;
  logger: Logger;
  onEvent(event: HostEvent): void;
}

export type { HostOutcome };

/** What a host tells while it runs. */
export type HostEvent =
  | HostActivityEvent
  | { type: 'started'; name: string; slots: number }
  | { type: 'idle'; queued: number; runningElsewhere: number }
  /** The server can't be reached, and can again; what is in hand goes on. */
  | { type: 'server-away' }
  | { type: 'server-back'; seconds: number }
  /** Nothing is taken until the disk has room. */
  | { type: 'disk-short'; directory: string; freeBytes: number; neededBytes: number }
  | { type: 'disk-has-room' }
  /** `withinSeconds`: after so long it is handed back by itself. */
  | { type: 'stopping'; how: 'finish'; withinSeconds?: number }
  | { type: 'stopping'; how: 'hand-back' | 'kill' };
