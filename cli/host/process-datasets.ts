import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { installTemporalRuntime } from '../../platform/install-temporal-runtime.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Engine } from '../../shared/domain/engine.ts';
import { runHost } from '../../worker/run-host.ts';
import type { HostMode } from '../../worker/host-options.ts';
import { resolveServer, type ServerOptions } from '../connection/resolve-server.ts';
import type { Terminal } from '../output/terminal.ts';
import { readLogLevel } from '../services/read-log-level.ts';
import { Outcome } from './outcome.ts';
import { presentHostEvent } from './present-host-event.ts';

/** What a person may say of a host on the command line. */
export interface HostCommandOptions extends ServerOptions {
  project?: string[];
  pool?: string[];
  concurrency?: number;
  cores: number;
  directory: string;
  cleanup?: boolean;
  download: boolean;
  upload: boolean;
  path?: string;
  engine?: Engine;
  stages?: string;
  storageSettings?: string;
  /** Milliseconds. */
  grace: number;
}

/** After a host ended, for what is left to be printed. */
const LINGER_MS = 500;

/**
 * Makes this process a host until its mode is fulfilled or somebody ends it, and shows what it does: a line for each
 * event. Throws what the outcome means for the exit code.
 */
export async function processDatasets(terminal: Terminal, mode: HostMode, options: HostCommandOptions): Promise<void> {
  const { url, token } = await resolveServer(options, terminal.env);
  const outcome = new Outcome(mode);
  // What people should know is told by events; who reads a log later wants more.
  const level = readLogLevel(terminal.env) ?? (terminal.stderr.isTTY ? 'error' : 'warn');
  const logger = createLogger({ name: 'host', level });
  const endTemporalRuntime = installTemporalRuntime(logger);
  const storageSettings = options.storageSettings || terminal.env['CRUNCH_STORAGE_SETTINGS'];
  try {
    await runHost({
      url,
      token,
      name: terminal.env['CRUNCH_HOST'] || hostname(),
      directory: resolve(options.directory),
      concurrency: options.concurrency ?? 1,
      cores: options.cores,
      projects: options.project ?? [],
      pools: options.pool ?? [],
      cleanup: options.cleanup ?? false,
      download: options.download,
      upload: options.upload,
      workflowFile: options.path && resolve(options.path),
      engine: options.engine,
      stagesFile: options.stages && resolve(options.stages),
      storageSettingsFile: storageSettings && resolve(storageSettings),
      mode,
      env: terminal.env,
      graceMs: options.grace,
      logger,
      onEvent(event) {
        outcome.take(event);
        terminal.printResult(event, (it) => presentHostEvent(terminal, it));
      },
    });
  } finally {
    await endTemporalRuntime();
    // What a stage left running, such as code that heeds no signal, must not keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
  outcome.check();
}
