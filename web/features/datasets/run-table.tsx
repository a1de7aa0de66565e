import type { Run } from '../../../shared/contract/datasets.ts';
import type { DatasetState } from '../../../shared/domain/dataset-state.ts';
import { formatSeconds } from '../../../shared/domain/format-time.ts';
import { Ago } from '../../ui/ago.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';

/** How a run looks: as a dataset in the state that it is in. */
const LOOKS: Record<Run['state'], DatasetState> = {
  waiting: 'queued',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

interface RunRow {
  run: Run;
  /** Its execution in Temporal's own UI, where there is one. */
  executionUrl: string | undefined;
}

const COLUMNS: Column<RunRow>[] = [
  { title: 'Run', align: 'right', cell: ({ run }) => run.number },
  {
    title: 'State',
    phone: 'bare',
    cell: ({ run }) => <StateMark state={LOOKS[run.state]}>{run.state}</StateMark>,
  },
  { title: 'Host', short: true, cell: ({ run }) => run.host },
  { title: 'Began', cell: ({ run }) => <Ago at={run.startedAt ?? run.admittedAt} /> },
  {
    title: 'Took',
    align: 'right',
    cell: ({ run }) => run.startedAt !== null && <Duration startedAt={run.startedAt} closedAt={run.closedAt} />,
  },
  {
    title: 'Temporal',
    align: 'right',
    phone: 'bare',
    cell: ({ run, executionUrl }) =>
      executionUrl !== undefined && (
        <a
          href={executionUrl}
          target="_blank"
          rel="noreferrer"
          aria-label={`Execution of run ${run.number} in Temporal`}
        >
          execution
        </a>
      ),
  },
];

export function RunTable({ rows }: { rows: readonly RunRow[] }) {
  return <DataTable label="Runs" columns={COLUMNS} rows={rows} keyOf={({ run }) => run.id} />;
}

function Duration({ startedAt, closedAt }: { startedAt: string; closedAt: string | null }) {
  const now = useNow();
  const endedAt = closedAt === null ? now : Date.parse(closedAt);
  return formatSeconds(Math.max(0, (endedAt - Date.parse(startedAt)) / 1000));
}
