import { InvalidArgumentError } from 'commander';
import { LOG_LEVELS, type LogLevel } from '../../platform/logger.ts';
import { readVariable } from './read-variable.ts';

/** Reads how much is logged; undefined where nothing is said. */
export function readLogLevel(env: NodeJS.ProcessEnv): LogLevel | undefined {
  return readVariable(env, 'CRUNCH_LOG_LEVEL', (text) => {
    const level = LOG_LEVELS.find((it) => it === text);
    if (level === undefined) throw new InvalidArgumentError(`Give one of ${LOG_LEVELS.join(', ')}.`);
    return level;
  });
}
