import type { Project } from '../../../shared/contract/projects.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ProjectLink } from '../../ui/links.tsx';
import { StateBar, StateCountLinks, totalOf } from '../../ui/state-counts.tsx';
import { StateMark } from '../../ui/state-mark.tsx';

const COLUMNS: Column<Project>[] = [
  {
    title: 'Project',
    phone: 'head',
    hint: ({ name, description }) => (description === '' ? name : `${name}: ${description}`),
    cell: ({ slug, name }) => <ProjectLink slug={slug}>{name}</ProjectLink>,
  },
  {
    title: 'Datasets',
    align: 'right',
    cell: ({ datasets }) => totalOf(datasets).toLocaleString(),
  },
  {
    title: 'States',
    phone: 'line',
    cell: ({ slug, datasets }) => <StateBar counts={datasets} project={slug} />,
  },
  {
    title: 'By state',
    phone: 'bare',
    wide: true,
    cell: ({ slug, datasets, paused }) => (
      <>
        {paused && <StateMark state="paused">project paused </StateMark>}
        <StateCountLinks counts={datasets} project={slug} />
      </>
    ),
  },
  { title: 'Engine', phone: 'hide', cell: ({ engine }) => engine ?? 'none' },
];

export function ProjectTable({ projects }: { projects: readonly Project[] }) {
  return <DataTable label="Projects" columns={COLUMNS} rows={projects} keyOf={({ slug }) => slug} />;
}
