import { makeTelemetryFilterString, Runtime, type LogLevel, type LogMetadata } from '@temporalio/worker';
import type { Logger } from './logger.ts';

/**
 * Makes Temporal's library log through ours and leave signals to us: by itself it would end every stage at the first
 * SIGINT. Once a process, before its first worker connection. Returns what ends the library's own threads, which would
 * keep a process alive that failed before its first worker.
 */
export function installTemporalRuntime(logger: Logger): () => Promise<void> {
  const runtime = Runtime.install({
    shutdownSignals: [],
    logger: bridgeLogger(logger),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
    },
  });
  return () => runtime.shutdown();
}

const PINO_LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

function bridgeLogger(logger: Logger) {
  const log = (level: LogLevel, message: string, fields: LogMetadata = {}) =>
    logger[isEveryday(level, fields) ? 'debug' : PINO_LEVELS[level]](describeError(fields), message);
  return {
    log,
    trace: (message: string, fields?: LogMetadata) => log('TRACE', message, fields),
    debug: (message: string, fields?: LogMetadata) => log('DEBUG', message, fields),
    info: (message: string, fields?: LogMetadata) => log('INFO', message, fields),
    warn: (message: string, fields?: LogMetadata) => log('WARN', message, fields),
    error: (message: string, fields?: LogMetadata) => log('ERROR', message, fields),
  };
}

/** The library warns of each activity that fails, which our runs record in words, and of workers without workflows. */
function isEveryday(level: LogLevel, { sdkComponent }: LogMetadata): boolean {
  return level === 'WARN' && sdkComponent === 'worker';
}

/** Temporal's library gives errors as `error`; pino writes those out that are called `err`. */
function describeError({ error, ...fields }: LogMetadata): LogMetadata {
  return error === undefined ? fields : { ...fields, err: error };
}
