/** Listening elsewhere, the server's parts don't find each other: they call each other here. */
export const LOOPBACK = '127.0.0.1';

interface TemporalPlace {
  port: number;
  uiPort: number;
  databaseFile?: string;
}

/** The journal that makes each write cheap; what a crash of the machine could undo, Temporal does again. */
const PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];

const DYNAMIC_CONFIG = [
  // By default a shard looks at its queues 20 times a second, which makes each of a dataset's dozen steps wait.
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
  'history.visibilityProcessorMaxPollRPS=1000',
  // Without fairness a project of 10,000 datasets would starve one of 10; it is exact in one partition only.
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

/** What Temporal's command line is given to be Crunch's server. */
export function temporalArguments({ port, uiPort, databaseFile }: TemporalPlace): string[] {
  return [
    ...[
      'server',
      'start-dev',
      '--ip',
      LOOPBACK,
      '--port',
      `${port}`,
      '--ui-port',
      `${uiPort}`,
      '--ui-disable-news-fetch',
    ],
    ...['--log-level', 'warn'],
    ...(databaseFile ? ['--db-filename', databaseFile] : []),
    ...(databaseFile ? PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]) : []),
    ...DYNAMIC_CONFIG.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}
