import { addServerOptions } from '../connection/server-options.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import type { Finding } from '../doctor/checklist.ts';
import { printableLine } from '../output/printable.ts';
import type { Terminal } from '../output/terminal.ts';

interface DoctorOptions extends ServerOptions {
  directory: string;
  storageSettings?: string;
}

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], failed: ['red', '✗'] } as const;

export const addDoctorCommand = defineCommand<[], DoctorOptions>({
  name: 'doctor',
  summary: 'Check whether this computer could be a host: server, token, clock, Temporal, storage, disk, tools',
  details: 'Ends with the code of the first check that failed. What only some workflows need is a warning.',
  example: 'crunch doctor --url https://crunch.example.org --directory /scratch/crunch',
  exitCodes: [...SERVER_COMMAND, 5, 12, 14],
  configure: (command) =>
    addServerOptions(
      command
        .option('--directory <folder>', 'where the host would keep the files of its datasets', './tmp')
        .option('--storage-settings <file>', 'how to reach the storage directly (CRUNCH_STORAGE_SETTINGS)'),
    ),
  async run(terminal, [], { directory, storageSettings, ...server }) {
    const { resolve } = await import('node:path');
    const { Checklist } = await import('../doctor/checklist.ts');
    const { examine } = await import('../doctor/examine.ts');
    const { ERROR_CODES } = await import('../../shared/errors/error-codes.ts');
    const list = new Checklist((finding) => showFinding(terminal, finding));
    const storageSettingsFile = storageSettings || terminal.env['CRUNCH_STORAGE_SETTINGS'];
    await examine(list, { server, directory: resolve(directory), storageSettingsFile, env: terminal.env });
    const failed = list.findings.find((finding) => finding.state === 'failed');
    terminal.exitCode = failed?.code === undefined ? 0 : ERROR_CODES[failed.code].exitCode;
    if (terminal.json) terminal.printJson({ ok: failed === undefined, checks: list.findings });
  },
});

function showFinding(terminal: Terminal, { name, state, note }: Finding): void {
  const [colour, mark] = MARKS[state];
  if (!terminal.json) terminal.print(`${terminal.style(colour, mark)} ${name.padEnd(11)}  ${printableLine(note)}`);
}
