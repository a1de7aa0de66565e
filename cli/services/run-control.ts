import { installTemporalRuntime } from '../../platform/install-temporal-runtime.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Terminal } from '../output/terminal.ts';
import { openReadyServices } from '../../worker/open-services.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { readLogLevel } from './read-log-level.ts';
import { readServerPolicy } from './server-policy.ts';
import { readServiceSettings } from './service-settings.ts';
import { startControl } from './start-control.ts';

/** Runs a control worker against external services until a signal comes. */
export async function runControl(terminal: Terminal): Promise<void> {
  const settings = await readServiceSettings(terminal.env);
  const policy = readServerPolicy(terminal.env);
  const logger = createLogger({ name: 'control', level: readLogLevel(terminal.env) });
  await runUntilStopped(async (parts) => {
    parts.add({ name: 'Temporal’s library', stop: installTemporalRuntime(logger) });
    const services = await openReadyServices(settings);
    parts.add({ name: 'connections', stop: () => services.close() });
    const control = await startControl({ services, settings, policy, logger });
    parts.add({ name: 'the control worker', ended: control.stopped, stop: () => control.stop() });
    terminal.printResult({ temporal: settings.temporal.address, pid: process.pid }, (it) => {
      return `the control worker works for Temporal at ${it.temporal}`;
    });
  });
}
