import { defineCommand } from '../define-command.ts';
import { POLICY_HELP } from '../services/policy-help.ts';
import { SERVICES_HELP } from '../services/services-help.ts';

export const addControlCommand = defineCommand<[], object>({
  name: 'control',
  summary: 'Run a control worker against services that run elsewhere',
  details: 'A server needs at least one; several share the work.',
  example: 'crunch control',
  exitCodes: [12, 13, 14, 130],
  outlivesReader: true,
  configure: (command) => command.addHelpText('after', `\n${SERVICES_HELP}\n\n${POLICY_HELP}`),
  async run(terminal) {
    const { runControl } = await import('../services/run-control.ts');
    await runControl(terminal);
  },
});
