import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Session } from '../../../shared/contract/sign-in.ts';
import { askAuth } from '../../connection/ask-auth.ts';
import { Ago } from '../../ui/ago.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Problem } from '../../ui/problem.tsx';
import { sessionsQuery } from './queries.ts';

const COLUMNS: Column<Session>[] = [
  { title: 'Browser', phone: 'head', wide: true, cell: ({ browser }) => browser ?? 'unknown' },
  { title: 'From', cell: ({ address }) => address },
  { title: 'Used', align: 'right', cell: ({ usedAt }) => <Ago at={usedAt} /> },
  { title: 'Signed in', align: 'right', cell: ({ createdAt }) => <Ago at={createdAt} /> },
  {
    title: 'End it',
    align: 'right',
    phone: 'bare',
    cell: ({ id, current }) => (current ? 'this one' : <EndSession id={id} />),
  },
];

/** Where somebody is signed in. */
export function SessionTable({ sessions }: { sessions: readonly Session[] }) {
  return <DataTable label="Sessions" columns={COLUMNS} rows={sessions} keyOf={({ id }) => id} />;
}

function EndSession({ id }: { id: string }) {
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: () => askAuth({ method: 'post', path: '/revoke-session' }, { id }),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <>
      <Button size="compact-xs" variant="default" loading={ending.isPending} onClick={() => ending.mutate()}>
        Sign out there
      </Button>
      {ending.error && <Problem title="It goes on" error={ending.error} />}
    </>
  );
}
