import { defineCommand } from '../define-command.ts';
import type { MigrateOptions } from '../services/run-migrate.ts';
import { SET_UP_HELP } from '../services/services-help.ts';

export const addMigrateCommand = defineCommand<[], MigrateOptions>({
  name: 'migrate',
  summary: "Prepare the catalog's tables and Temporal's namespace for this version; doing it again changes nothing",
  details:
    'The first token comes from here too: with --admin-token-file, one that may do everything is kept in that file, readable for this account only; a new one is made when the file holds none that is good for another month.',
  example: 'crunch migrate --admin-token-file ./admin-token',
  exitCodes: [3, 4, 5, 13, 14],
  configure: (command) =>
    command
      .option('--admin-token-file <file>', "keeps the owner's token (CRUNCH_ADMIN_TOKEN_FILE)")
      .option('--app-role <name>', 'lets this role of PostgreSQL do what servers and control workers do, and no more')
      .addHelpText('after', `\n${SET_UP_HELP}`),
  async run(terminal, [], options) {
    const { runMigrate } = await import('../services/run-migrate.ts');
    await runMigrate(terminal, options);
  },
});
