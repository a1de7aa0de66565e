import { Command } from 'commander';
import { addAdminCommand } from './commands/admin.ts';
import { addAuditCommand } from './commands/audit.ts';
import { attributeCommandAdders } from './commands/add-attribute.ts';
import { addAddDatasetCommand } from './commands/add-dataset.ts';
import { addAddItemCommand } from './commands/add-item.ts';
import { addAddProjectCommand } from './commands/add-project.ts';
import { archiveCommandAdders } from './commands/archive.ts';
import { datasetActionAdders } from './commands/change-datasets.ts';
import { addControlCommand } from './commands/control.ts';
import { addDatasetsCommand } from './commands/datasets.ts';
import { addDeleteCommand } from './commands/delete.ts';
import { addDiagnosticsCommand } from './commands/diagnostics.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDownloadCommand } from './commands/download.ts';
import { editCommandAdders } from './commands/edit.ts';
import { attributeEditAdders } from './commands/edit-attribute.ts';
import { addExportCommand } from './commands/export.ts';
import { addFilesCommand } from './commands/files.ts';
import { hostCommandAdders } from './commands/host.ts';
import { addHostsCommand } from './commands/hosts.ts';
import { addImportCommand } from './commands/import.ts';
import { addImportDjangoCommand } from './commands/import-django.ts';
import { addLocationsCommand } from './commands/locations.ts';
import { addLoginCommand } from './commands/login.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addMembersCommand } from './commands/members.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addMoveCommand } from './commands/move.ts';
import { pauseCommandAdders } from './commands/pause.ts';
import { addProjectsCommand } from './commands/projects.ts';
import { addServerCommand } from './commands/server.ts';
import { addShowCommand } from './commands/show.ts';
import { addStatusesCommand } from './commands/statuses.ts';
import { addTokenCommand } from './commands/token.ts';
import { addUpCommand } from './commands/up.ts';
import { addUploadCommand } from './commands/upload.ts';
import { addVisibilityCommand } from './commands/visibility.ts';
import { readVersion } from '../platform/version.ts';
import type { CommandAdder } from './define-command.ts';
import { describeExitCodes, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './output/terminal.ts';

/** The commands as `crunch --help` groups them. */
const GROUPS: readonly (readonly [heading: string, adders: readonly CommandAdder[]])[] = [
  ['Run a server:', [addUpCommand, addServerCommand, addControlCommand, addMigrateCommand, addAdminCommand]],
  ['Run a host:', hostCommandAdders],
  [
    'Add to the catalog:',
    [addAddProjectCommand, addAddDatasetCommand, addAddItemCommand, ...attributeCommandAdders, addImportDjangoCommand],
  ],
  ['Tables:', [addImportCommand, addExportCommand]],
  [
    'Change the catalog:',
    [...editCommandAdders, ...attributeEditAdders, addMoveCommand, ...archiveCommandAdders, addDeleteCommand],
  ],
  ['Steer:', [...datasetActionAdders, ...pauseCommandAdders]],
  [
    'Look:',
    [
      ...[addProjectsCommand, addDatasetsCommand, addShowCommand, addStatusesCommand, addLogsCommand],
      addHostsCommand,
      addLocationsCommand,
    ],
  ],
  ['People:', [addMembersCommand, addVisibilityCommand, addAuditCommand]],
  ['Files:', [addFilesCommand, addDownloadCommand, addUploadCommand]],
  ['This computer and this account:', [addDoctorCommand, addDiagnosticsCommand, addLoginCommand, addTokenCommand]],
];

/** The whole of `crunch`. Parsing throws CommanderError for usage faults, and whatever the commands throw. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('crunch')
    .description('Processes many large datasets on whatever computers you have.')
    .usage('COMMAND [options]')
    .version(readVersion())
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      // Faults are printed where all errors are.
      outputError: () => {},
    });
  for (const [heading, adders] of GROUPS) {
    program.commandsGroup(heading);
    for (const addCommand of adders) addCommand(program, terminal);
  }
  return program.addHelpText('after', helpEnding);
}

function helpEnding(): string {
  const codes = Object.keys(EXIT_CODES).map((code) => Number(code) as ExitCode);
  return [
    '\n`crunch COMMAND --help` shows the options of a command, an example, and what it may end with.',
    '\nA server is found by --url and --token, else CRUNCH_URL and CRUNCH_TOKEN (or a file CRUNCH_TOKEN_FILE), else `crunch login` or `crunch up`.',
    `\nExample:\n  crunch up\n\nExit codes:\n${describeExitCodes(codes)}`,
  ].join('\n');
}
