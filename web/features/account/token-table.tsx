import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Token } from '../../../shared/contract/tokens.ts';
import { crunch } from '../../connection/crunch.ts';
import { Ago } from '../../ui/ago.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Problem } from '../../ui/problem.tsx';

const COLUMNS: Column<Token>[] = [
  { title: 'Token', phone: 'head', wide: true, cell: ({ name }) => name },
  { title: 'Begins with', cell: ({ prefix }) => <code>{prefix}</code> },
  { title: 'Scope', cell: ({ scope }) => scope },
  {
    title: 'Used',
    align: 'right',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Ago at={lastUsedAt} />),
  },
  { title: 'Ends', align: 'right', cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
  { title: 'Revoke', align: 'right', phone: 'bare', cell: (token) => <RevokeToken {...token} /> },
];

/** Somebody's own tokens, without their secrets. */
export function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  return <DataTable label="Tokens" columns={COLUMNS} rows={tokens} keyOf={({ id }) => id} />;
}

function RevokeToken({ id, name }: Pick<Token, 'id' | 'name'>) {
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => crunch.revokeToken({ params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Revoke ${name}`}
        loading={revoking.isPending}
        onClick={() => revoking.mutate()}
      >
        Revoke
      </Button>
      {revoking.error && <Problem title="It is still in force" error={revoking.error} />}
    </>
  );
}
