import { formatSize } from '../../shared/domain/format-size.ts';
import { renderFields } from '../output/render-table.ts';
import type { Terminal } from '../output/terminal.ts';
import type { TableOutcome } from './import-table.ts';
import type { Column } from './table-columns.ts';

/** An import as JSON: columns as a list, since their order matters. */
export function describeImport({ columns, ...outcome }: TableOutcome) {
  return { ...outcome, columns: [...columns].map(([header, column]) => ({ header, ...column })) };
}

/** What an import made, as text for people. */
export function presentImport({ created, unchanged, files }: TableOutcome): string {
  const made = `${created} datasets made, ${unchanged} were there already`;
  if (files.datasets === 0) return made;
  const sent = `${files.files} files, ${formatSize(files.sizeBytes)} in ${files.datasets - files.skipped} of them`;
  const left = files.skipped > 0 ? `; ${files.skipped} are no drafts any more and were left alone` : '';
  return `${made}\n${sent} (${files.unchanged} were there already)${left}`;
}

/** What an import would make, as text for people. */
export function presentDryRun(terminal: Terminal, outcome: TableOutcome): string {
  const { created, unchanged, files, columns, first } = outcome;
  const parts = [
    `would make ${created} datasets; ${unchanged} are there already`,
    files.datasets > 0 ? `would upload ${files.files} files, ${formatSize(files.sizeBytes)}` : '',
    renderFields(
      terminal,
      [...columns].map(([header, column]) => [header, describeColumn(column)] as const),
    ),
    ...first.map(({ row, attributes, ...fields }) => {
      const values = attributes.map(({ key, type, ...rest }) => [key, JSON.stringify(Object.values(rest).join(', '))]);
      return renderFields(terminal, [
        ['row', row],
        ['project', fields.project],
        ['name', fields.name],
        ...values.map(([key, value]) => [`  ${key}`, value] as const),
      ]);
    }),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function describeColumn(column: Column): string {
  switch (column.kind) {
    case 'field':
      return column.field === 'files' ? 'files to upload' : `the dataset’s ${column.field}`;
    case 'attribute':
      return `attribute ${column.key}, ${column.type}${column.isGuessed ? ' (by its values)' : ''}`;
    case 'coordinate':
      return `attribute ${column.key}, lat-long: its ${column.part}`;
    case 'comment':
      return 'left out';
  }
}
