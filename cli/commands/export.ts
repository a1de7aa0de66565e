import { Option } from 'commander';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../shared/contract/tables.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { collect } from '../values/collect.ts';
import { addFilterOptions, type FilterOptions } from '../values/filter-options.ts';

interface ExportOptions extends ServerOptions, FilterOptions {
  search?: string;
  format?: ExportFormat;
  column?: string[];
  output?: string;
}

export const addExportCommand = defineCommand<[], ExportOptions>({
  name: 'export',
  summary: 'Write datasets with their attributes as a table, which `crunch import` reads',
  details:
    'Columns whose name begins with # say what no import can set, such as #state; all other columns are name, project, description, details, priority, held, path, and the attributes with their types: depth:float. In CSV and TSV, a text that a spreadsheet would take for a formula gets an apostrophe before it, which an import takes away.',
  example: 'crunch export --project penguins --column name --column depth --output penguins.csv',
  exitCodes: [...SERVER_COMMAND, 5, 130],
  configure: (command) =>
    addServerOptions(
      addFilterOptions(command)
        .option('--search <text>', 'only those whose name contains the text')
        .addOption(
          new Option(
            '--format <format>',
            'how to write it (default: as the ending of the file says, else csv)',
          ).choices(EXPORT_FORMATS),
        )
        .option('--column <name>', 'only this column, by its header or the key of an attribute (repeatable)', collect)
        .option('-o, --output <file>', 'where to (default: standard output)'),
    ),
  async run(terminal, [], { project = [], state = [], column = [], search, format, output, ...server }) {
    const { exportTo } = await import('../export/export-to.ts');
    const client = await openClient(terminal, server);
    const sizeBytes = await exportTo(terminal, client, { filter: { project, state, search }, column, format, output });
    if (output !== undefined) {
      terminal.printResult({ file: output, sizeBytes }, (it) => `${it.file}, ${formatSize(it.sizeBytes)}`);
    }
  },
});
