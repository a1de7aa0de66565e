import type { Status } from '../../../shared/contract/datasets.ts';
import type { DatasetState } from '../../../shared/domain/dataset-state.ts';
import { stageOfStatus, type StatusState } from '../../../shared/domain/stage.ts';
import { Ago } from '../../ui/ago.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { StatusNote } from './status-note.tsx';

/** How what happened to a stage looks: as the state of a dataset that it is nearest to. */
const LOOKS: Record<StatusState, { state: DatasetState; word: string }> = {
  START: { state: 'queued', word: 'started' },
  SUCCESS: { state: 'completed', word: 'succeeded' },
  FAIL: { state: 'failed', word: 'failed' },
  CANCELLED: { state: 'cancelled', word: 'cancelled' },
  LOST: { state: 'failed', word: 'host lost' },
  ADOPTED: { state: 'queued', word: 'adopted' },
  PAUSED: { state: 'paused', word: 'paused' },
  RESUMED: { state: 'queued', word: 'resumed' },
  REPAIRED: { state: 'completed', word: 'repaired' },
};

const COLUMNS: Column<Status>[] = [
  { title: 'When', phone: 'bare', cell: ({ at }) => <Ago at={at} /> },
  { title: 'Stage', phone: 'bare', cell: ({ stage }) => stageOfStatus(stage) },
  {
    title: 'What',
    phone: 'bare',
    cell: ({ state }) => <StateMark state={LOOKS[state].state}>{LOOKS[state].word}</StateMark>,
  },
  { title: 'Host', short: true, cell: ({ host }) => host },
  { title: 'Note', wide: true, cell: ({ note }) => note !== '' && <StatusNote note={note} /> },
];

export function StatusTable({ statuses }: { statuses: readonly Status[] }) {
  return <DataTable label="Statuses" columns={COLUMNS} rows={statuses} keyOf={({ id }) => id} />;
}
