import { ACTION_STATES, type DatasetAction, type DatasetState } from '../shared/domain/dataset-state.ts';
import type { FilterTree } from '../shared/domain/filter/filter-tree.ts';
import type { Right } from '../shared/domain/project-role.ts';
import type { RunKind } from '../shared/domain/run-kind.ts';
import type { Access } from './access.ts';

/**
 * Which datasets an action is for. Each filter that is given narrows; projects and pools together are one filter, which
 * a dataset passes by either.
 */
export interface DatasetSelection {
  filter?: FilterTree;
  datasets: string[];
  projects: string[];
  pools: string[];
  states: DatasetState[];
  /** Take held drafts too; those named in `datasets`, or asked for by a filter that speaks of `held`, are anyhow. */
  includeHeld: boolean;
  /** Only this host may take them. */
  host?: string;
  /** Change nothing; answer with what would change. */
  dryRun: boolean;
  access: Access;
  /** What the caller needs in the projects of the datasets. */
  right: Right;
}

/** The slugs that an action changed, and those it was asked for by name but could not change. */
export interface ActionOutcome {
  items: string[];
  refused: Refusal[];
}

export interface Refusal {
  slug: string;
  /** `not-found` for one that doesn't exist for the caller, `not-allowed` where they may not do that. */
  code: 'not-found' | 'not-allowed' | 'conflict';
  /** For people, without a full stop. */
  reason: string;
}

/** A dataset that was selected, as it was before the action. */
export interface SelectedRow {
  id: number;
  slug: string;
  state: DatasetState;
  runId: string | null;
  temporalRunId: string | null;
  kind: RunKind;
  /** Whether the action is for it; only those named are told of otherwise. */
  fits: boolean;
  /** Whether it or its project is. */
  archived: boolean;
  /** Whether it exists for the caller. */
  isSeen: boolean;
  /** Whether the caller may do that in its project. */
  isAllowed: boolean;
}

/** One that is queued already may still be given to one host: a run that waits is then offered to that one too. */
export function statesFor(action: DatasetAction, { host }: DatasetSelection): DatasetState[] {
  const states = [...ACTION_STATES[action]];
  return action === 'queue' && host !== undefined ? [...states, 'queued'] : states;
}

/** What an action did to what was selected. */
export function describeOutcome(
  action: DatasetAction,
  selection: DatasetSelection,
  rows: SelectedRow[],
): ActionOutcome {
  const found = new Map(rows.map((row) => [row.slug, row]));
  const refused = [...new Set(selection.datasets)].flatMap((slug) => {
    const row = found.get(slug);
    return row?.fits ? [] : [explainRefusal(action, slug, row, selection)];
  });
  return { items: rows.filter((row) => row.fits).map(({ slug }) => slug), refused };
}

const NEEDED: Record<DatasetAction, string> = {
  queue: 'only a draft can be queued',
  retry: 'only one that has ended can be tried again',
  cancel: 'only one that is queued or running can be cancelled',
};

function explainRefusal(
  action: DatasetAction,
  slug: string,
  row: SelectedRow | undefined,
  selection: DatasetSelection,
): Refusal {
  if (!row?.isSeen) return { slug, code: 'not-found', reason: `there is no dataset ${slug}` };
  if (!row.isAllowed) {
    return { slug, code: 'not-allowed', reason: `it needs the right “${selection.right}” in its project` };
  }
  if (row.archived && action !== 'cancel') {
    return { slug, code: 'conflict', reason: 'it is archived, or its project is; unarchive it first' };
  }
  const reason = statesFor(action, selection).includes(row.state)
    ? 'it is not among what was asked for'
    : `it is ${row.state}; ${NEEDED[action]}`;
  return { slug, code: 'conflict', reason };
}
