import { defineCommand } from '../define-command.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { renderFields } from '../output/render-table.ts';

export const addDiagnosticsCommand = defineCommand<[], object>({
  name: 'diagnostics',
  summary: 'Show what this computer tells about itself with each status of a dataset',
  example: 'crunch diagnostics --json',
  async run(terminal) {
    const { readDiagnostics } = await import('../../platform/diagnostics.ts');
    terminal.printResult(await readDiagnostics(process.cwd()), (it) =>
      renderFields(terminal, [
        ['account', it.agentUser],
        ['crunch', it.version],
        ['revision', it.revision],
        ['system', `${it.system} ${it.systemRelease}`],
        ['system version', it.systemVersion],
        ['machine', it.machine],
        ['host name', it.hostname],
        ['IP address', it.ipAddress],
        ['MAC address', it.macAddress],
        ['memory', describeSpace(it.memoryFree, it.memoryTotal)],
        ['disk', describeSpace(it.diskFree, it.diskTotal)],
      ]),
    );
  },
});

function describeSpace(freeBytes: number | null, totalBytes: number | null): string | null {
  if (freeBytes === null || totalBytes === null) return null;
  return `${formatSize(freeBytes)} free of ${formatSize(totalBytes)}`;
}
