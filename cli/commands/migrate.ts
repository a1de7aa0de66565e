import { defineCommand } from '../define-command.ts';
import { SERVICES_HELP } from '../services/services-help.ts';

export const addMigrateCommand = defineCommand<[], object>({
  name: 'migrate',
  summary: "Prepare the catalog's tables and Temporal's namespace for this version; doing it again changes nothing",
  example: 'crunch migrate',
  exitCodes: [3, 5, 13, 14],
  configure: (command) => command.addHelpText('after', `\n${SERVICES_HELP}`),
  async run(terminal) {
    const { readSetUpSettings } = await import('../services/service-settings.ts');
    const { setUp } = await import('../../worker/set-up.ts');
    const settings = readSetUpSettings(terminal.env);
    await setUp(settings);
    terminal.printResult(
      { temporal: settings.temporal.address, namespace: settings.temporal.namespace },
      (it) => `the catalog and the namespace ${it.namespace} of Temporal at ${it.temporal} are ready`,
    );
  },
});
