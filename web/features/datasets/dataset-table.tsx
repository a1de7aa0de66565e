import type { Dataset } from '../../../shared/contract/datasets.ts';
import { Ago } from '../../ui/ago.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { DatasetLink, ProjectLink } from '../../ui/links.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { firstLine } from './failure-note.ts';

const NAME: Column<Dataset> = {
  title: 'Dataset',
  phone: 'head',
  hint: ({ name }) => name,
  cell: ({ slug, name }) => <DatasetLink slug={slug}>{name}</DatasetLink>,
};

const PROJECT: Column<Dataset> = {
  title: 'Project',
  medium: true,
  hint: ({ project }) => project,
  cell: ({ project }) => <ProjectLink slug={project} />,
};

const OTHERS: Column<Dataset>[] = [
  {
    title: 'State',
    phone: 'bare',
    short: true,
    hint: describeState,
    cell: (dataset) => <StateMark state={dataset.state}>{describeState(dataset)}</StateMark>,
  },
  { title: 'Why', wide: true, cell: ({ reason }) => (reason === null ? undefined : firstLine(reason)) },
  { title: 'Host', short: true, cell: ({ host }) => host },
  { title: 'Runs', align: 'right', cell: ({ runs }) => runs },
  { title: 'Added', align: 'right', cell: ({ createdAt }) => <Ago at={createdAt} /> },
];

interface DatasetTableProps {
  datasets: readonly Dataset[];
  withProject: boolean;
}

export function DatasetTable({ datasets, withProject }: DatasetTableProps) {
  const columns = withProject ? [{ ...NAME, medium: true }, PROJECT, ...OTHERS] : [NAME, ...OTHERS];
  return <DataTable label="Datasets" columns={columns} rows={datasets} keyOf={({ id }) => id} />;
}

function describeState({ state, stage }: Dataset): string {
  return state === 'running' && stage !== null ? `running ${stage}` : state;
}
