import { Fragment } from 'react';
import type { Host } from '../../../shared/contract/hosts.ts';
import type { DatasetState } from '../../../shared/domain/dataset-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { DatasetLink } from '../../ui/links.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { describeRoutes } from './describe-routes.ts';

/** How a host looks: as the state of a dataset that it is nearest to. */
const LOOKS: Record<Host['state'], DatasetState> = {
  live: 'completed',
  draining: 'paused',
  silent: 'failed',
  left: 'cancelled',
};

const COLUMNS: Column<Host>[] = [
  { title: 'Host', phone: 'head', cell: ({ name }) => name },
  {
    title: 'State',
    phone: 'bare',
    cell: ({ state, holds }) =>
      state === 'live' && holds.length > 0 ? (
        <StateMark state="running">live, working</StateMark>
      ) : (
        <StateMark state={LOOKS[state]}>{state === 'live' ? 'live, idle' : state}</StateMark>
      ),
  },
  { title: 'Slots in use', align: 'right', cell: ({ holds, slots }) => `${holds.length} of ${slots}` },
  {
    title: 'Holds',
    wide: true,
    hint: ({ holds }) => holds.join(', '),
    cell: ({ holds }) => (holds.length === 0 ? undefined : <Held slugs={holds} />),
  },
  { title: 'Takes', cell: ({ routes }) => describeRoutes(routes) },
  { title: 'Engines', phone: 'hide', cell: ({ engines }) => engines.join(', ') },
  { title: 'Last heard', align: 'right', cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
  { title: 'Since', align: 'right', cell: ({ startedAt }) => <Ago at={startedAt} /> },
  { title: 'Version', phone: 'hide', cell: ({ version }) => version },
];

function Held({ slugs }: { slugs: readonly string[] }) {
  return slugs.map((slug, place) => (
    <Fragment key={slug}>
      {place > 0 && ', '}
      <DatasetLink slug={slug} />
    </Fragment>
  ));
}

/** Who works, who doesn't, and what each holds. */
export function HostTable({ hosts }: { hosts: readonly Host[] }) {
  return <DataTable label="Hosts" columns={COLUMNS} rows={hosts} keyOf={({ name }) => name} />;
}
