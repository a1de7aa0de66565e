import type { Attribute } from '../../shared/contract/attributes.ts';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import type { Item } from '../../shared/contract/items.ts';
import type { Project } from '../../shared/contract/projects.ts';
import type { ItemTotals } from '../../shared/contract/tree.ts';
import { DEFAULT_PLAN } from '../../shared/domain/plan.ts';
import { formatAttribute } from './format-attribute.ts';
import { formatCounts } from './format-counts.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { describeTransfer } from '../../shared/domain/transfer-state.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { presentFailure } from './present-failure.ts';
import { printable } from './printable.ts';
import { renderFields } from './render-table.ts';
import type { Terminal } from './terminal.ts';

/** What is at the item and below it. */
interface Counted {
  totals: ItemTotals;
}

/** A project as text for people. */
export function presentProject(terminal: Terminal, project: Project & Counted & { attributes: Attribute[] }): string {
  const fields = renderFields(terminal, [
    ['project', project.slug],
    ['name', project.name],
    ['description', project.description],
    ['engine', project.engine],
    ['workflow', project.workflow && `revision ${project.workflow.revision} ${project.workflow.entry ?? ''}`],
    ['stages', (project.plan ?? DEFAULT_PLAN).map((step) => step.stage).join(' → ')],
    ['parameters', Object.keys(project.parameters).length > 0 ? JSON.stringify(project.parameters) : null],
    ['pool', project.pool],
    ['visible', project.visibility],
    ['you may', project.may.join(', ')],
    ['at most', project.maxRunning && `${project.maxRunning} at once`],
    ['datasets', formatCounts(project.datasets) || 'none'],
    ...totalFields(project),
    ['paused', project.paused ? describePause(project) : null],
    ['archived', project.archived ? 'yes' : null],
    ['created', formatAge(project.createdAt)],
    ['warning', project.warning],
  ]);
  return joinParts(fields, presentAttributes(terminal, project.attributes), printable(project.details));
}

/** Of a paused project: visitors aren't told by whom. */
function describePause({ pause }: Pick<Project, 'pause'>): string {
  if (pause === null) return 'yes';
  const why = pause.reason === null ? '' : `: ${pause.reason}`;
  return `by ${pause.by}, ${formatAge(pause.at)}${why}`;
}

/** A dataset as text for people; why it failed comes first. */
export function presentDataset(terminal: Terminal, dataset: DatasetDetail & Counted): string {
  const failure = presentFailure(terminal, dataset);
  const fields = renderFields(terminal, [
    ['dataset', dataset.slug],
    ['name', dataset.name],
    ['description', dataset.description],
    ['project', dataset.project],
    ['state', dataset.held ? `${dataset.state}, held` : dataset.state],
    ['stage', dataset.stage],
    ['transfer', dataset.run?.transfer && describeTransfer(dataset.run.transfer)],
    ['host', dataset.host],
    ['reason', failure === '' ? dataset.reason : null],
    ['runs', dataset.runs],
    ['priority', dataset.priority],
    ['files', dataset.files > 0 ? `${dataset.files}, ${formatSize(dataset.sizeBytes)} together` : null],
    ['files in', dataset.basePath],
    ...totalFields(dataset),
    ['archived', dataset.archived ? 'yes' : null],
    ['Temporal', dataset.run?.workflowId],
    ['queued', dataset.queuedAt && formatAge(dataset.queuedAt)],
    ['created', formatAge(dataset.createdAt)],
    ['updated', formatAge(dataset.updatedAt)],
  ]);
  const items = dataset.items.map((item) => `  ${printable(item.slug)}`).join('\n');
  return joinParts(
    failure,
    fields,
    presentAttributes(terminal, dataset.attributes),
    items && `${terminal.style('bold', 'items')}\n${items}`,
    printable(dataset.details),
  );
}

/** An item as text for people. */
export function presentItem(terminal: Terminal, item: Item & Counted): string {
  const fields = renderFields(terminal, [
    ['item', item.slug],
    ['name', item.name],
    ['description', item.description],
    ['below', item.parent],
    // It counts itself.
    ...totalFields({ totals: { ...item.totals, items: item.totals.items - 1 } }),
  ]);
  return joinParts(fields, presentAttributes(terminal, item.attributes), printable(item.details));
}

function totalFields({ totals: { items, files, fileBytes, filesizeBytes } }: Counted): [string, string | null][] {
  return [
    ['items', items > 0 ? String(items) : null],
    ['files', files > 0 ? `${files}, ${formatSize(fileBytes)}` : null],
    ['sizes', filesizeBytes > 0 ? `${formatSize(filesizeBytes)} by its attributes` : null],
  ];
}

function presentAttributes(terminal: Terminal, attributes: readonly Attribute[]): string {
  if (attributes.length === 0) return '';
  const fields = attributes.map((attribute) => [`  ${attribute.key}`, formatAttribute(attribute)] as const);
  return `${terminal.style('bold', 'attributes')}\n${renderFields(terminal, fields)}`;
}

function joinParts(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
