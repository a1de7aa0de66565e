export interface PostgresOptions {
  /** Where the database lies; made when absent. As root, below a folder that `nobody` may enter. */
  dataFolder: string;
  /** A free one is chosen when absent. */
  port?: number;
  /** Told what is being done, one short sentence each. */
  onProgress?: (message: string) => void;
}

export interface RunningPostgres {
  /** With user and password, without a database. Never log it. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, asked for or not. */
  exited: Promise<void>;
  /** Ends the server after what is in hand; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on 127.0.0.1 over a data folder, or takes over the server that an earlier process of ours left
 * running there. Throws `port-taken`, `already-running` or `missing-tool`.
 */
export declare function startPostgres(options: PostgresOptions): Promise<RunningPostgres>;
