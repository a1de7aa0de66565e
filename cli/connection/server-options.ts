import type { Command } from 'commander';

/** Adds the options by which a command finds its server. */
export function addServerOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the address of the server (CRUNCH_URL; else the profile)')
    .option('--token <token>', 'a token for the server (CRUNCH_TOKEN, or a file CRUNCH_TOKEN_FILE; else the profile)');
}
