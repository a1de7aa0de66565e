import { Option } from 'commander';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';

interface ImportOptions extends ServerOptions {
  project?: string;
  filesRoot?: string;
  dryRun?: boolean;
  queue?: boolean;
  hold?: boolean;
}

export const addImportCommand = defineCommand<[table: string], ImportOptions>({
  name: 'import',
  summary: 'Make a dataset of each row of a table, with its attributes and files: all of them or none',
  details:
    'The table is CSV, TSV, JSON or JSON lines, in UTF-8. Its columns are name, project (or --project), description, details, priority, held, path, and files: a folder, or files with “;” between. Any other column is an attribute; its type is found from all its values, or declared in the header: depth:float. What `crunch export` wrote can be imported. Given again, an import goes on with what is missing.',
  example: 'crunch import samples.csv --project penguins --dry-run',
  exitCodes: [...SERVER_COMMAND, 4, 5, 12, 130],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<table>', 'a file that ends with .csv, .tsv, .json or .jsonl')
        .option('--project <slug>', 'the project of rows that name none')
        .option('--files-root <folder>', 'what the paths of files are relative to (default: the folder of the table)')
        .option('--dry-run', 'make nothing; show what would be made, or all that is wrong')
        .option('--queue', 'queue the datasets, each after its last file')
        .addOption(new Option('--hold', 'keep them drafts until they are queued by name').conflicts('queue')),
    ),
  async run(terminal, [file], { dryRun = false, queue = false, hold = false, project, filesRoot, ...server }) {
    const { importTable } = await import('../import/import-table.ts');
    const { describeImport, presentDryRun, presentImport } = await import('../import/present-import.ts');
    const client = await openClient(terminal, server);
    const outcome = await importTable(terminal, client, { file, filesRoot, project, dryRun, queue, held: hold });
    terminal.printResult(describeImport(outcome), () =>
      dryRun ? presentDryRun(terminal, outcome) : presentImport(outcome),
    );
  },
});
