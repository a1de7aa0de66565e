import { Option } from 'commander';
import type { AuditEvent } from '../../shared/contract/audit.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';
import { parseDatetime } from '../values/parse-datetime.ts';

const FORMATS = ['jsonl', 'csv'] as const;

interface AuditOptions extends ServerOptions, PageOptions {
  actor?: string;
  action?: string;
  subject?: string;
  project?: string;
  since?: string;
  until?: string;
  export?: (typeof FORMATS)[number];
}

const COLUMNS: Column<AuditEvent>[] = [
  { title: 'when', cell: (event) => formatAge(event.at) },
  { title: 'who', cell: (event) => event.actor },
  { title: 'from', cell: (event) => event.address },
  { title: 'did', cell: (event) => event.action },
  { title: 'to', cell: (event) => event.subject },
  { title: 'what', cell: (event) => JSON.stringify(event.detail) },
];

export const addAuditCommand = defineCommand<[], AuditOptions>({
  name: 'audit',
  summary: 'Show who did what, newest first: all of it to admins, what belongs to their projects to owners',
  details:
    'With --export, all events that pass the filter are written, however many, a JSON document or a row of CSV a line.',
  example: 'crunch audit --action member --since 2026-01-01T00:00',
  exitCodes: SERVER_COMMAND,
  configure: (command) =>
    addServerOptions(
      addPageOptions(command)
        .option('--actor <name>', 'only what this person, or token, did')
        .option('--action <action>', 'only this, such as project.change, or project for all that begins so')
        .option('--subject <name>', 'only what was done to this slug and all below it, or to another name')
        .option('--project <slug>', 'only what belongs to this project')
        .option('--since <time>', 'only from this time on, such as 2026-01-31T12:00', parseDatetime)
        .option('--until <time>', 'only before this time', parseDatetime)
        .addOption(new Option('--export <format>', 'write all of it').choices(FORMATS)),
    ),
  async run(terminal, [], { limit, cursor, export: format, url, token, ...filter }) {
    const client = await openClient(terminal, { url, token });
    if (format === undefined) {
      const page = await client.listAuditEvents({ query: { ...filter, limit, cursor } });
      return printPage(terminal, page, COLUMNS);
    }
    const { exportAudit } = await import('../audit/export-audit.ts');
    await exportAudit(terminal, client, filter, format);
  },
});
