import { pino } from 'pino';
import type { Logger } from 'pino';
import pinoPretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface LoggerOptions {
  /** Which part of Crunch speaks: `server`, `control`, `host`, … */
  name: string;
  /** The least urgent level that is written; `info` when absent. */
  level?: LogLevel;
  /** Lines for people instead of JSON; when absent, decided by whether stderr is a terminal. */
  pretty?: boolean;
  /** Where lines go; stderr when absent, so that stdout stays for a command's output. */
  destination?: NodeJS.WritableStream;
}

const SECRET_NAMES = [
  'token',
  'apiKey',
  'password',
  'secret',
  'secretAccessKey',
  'sessionToken',
  'credentials',
  'authorization',
  'cookie',
  'databaseUrl',
];

/** Each secret at the top of a log line's object and up to two levels down: `headers.authorization`, `req.headers.cookie`. */
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Makes a logger that writes JSON lines, or lines for people at a terminal. Values with the names of secrets are masked. */
export function createLogger({ name, level = 'info', pretty, destination = process.stderr }: LoggerOptions): Logger {
  const forPeople = pretty ?? (destination === process.stderr && process.stderr.isTTY);
  return pino(
    { name, level, redact: { paths: SECRET_PATHS, censor: '[hidden]' }, base: { name, pid: process.pid } },
    forPeople ? pinoPretty({ destination, sync: true, ignore: 'pid,hostname' }) : destination,
  );
}
