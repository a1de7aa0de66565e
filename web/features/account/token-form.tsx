import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Scope } from '../../../shared/contract/endpoint.ts';
import { crunch } from '../../connection/crunch.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { FormFaults } from '../../ui/form-faults.tsx';

const DAY_SECONDS = 24 * 3600;

/** Those of people; tokens for hosts belong to nobody. */
const SCOPES: { value: Exclude<Scope, 'host'>; label: string }[] = [
  { value: 'read', label: 'read: look' },
  { value: 'edit', label: 'edit: also add and change datasets' },
  { value: 'operate', label: 'operate: also retry and cancel' },
  { value: 'admin', label: 'admin: everything that you may do' },
];
const DAYS = [7, 30, 90, 366];

interface Values {
  name: string;
  scope: Exclude<Scope, 'host'>;
  days: string;
}

const EMPTY: Values = { name: '', scope: 'read', days: '90' };

/** Makes a token of one's own and shows its secret, this once. */
export function TokenForm() {
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: ({ name, scope, days }: Values) =>
      crunch.createToken({ body: { name, scope, expiresInSeconds: Number(days) * DAY_SECONDS } }),
    onSuccess: () => form.setValues(EMPTY),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const form = useForm({
    initialValues: EMPTY,
    validate: { name: (name) => (name.trim() === '' ? 'must not be empty' : null) },
  });
  return (
    <form onSubmit={form.onSubmit((values) => making.mutate(values))} noValidate>
      <Stack gap="sm">
        <FormFaults
          title="The token was not made"
          errors={form.errors}
          error={making.error}
          labels={{ name: 'Name of the token' }}
        />
        <Group gap="sm" align="end">
          <TextInput
            label="Name of the token"
            placeholder="what it is for"
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <NativeSelect label="Scope" data={SCOPES} {...form.getInputProps('scope')} />
          <NativeSelect
            label="Ends after"
            data={DAYS.map((days) => ({ value: String(days), label: `${days} days` }))}
            {...form.getInputProps('days')}
          />
          <Button type="submit" variant="default" loading={making.isPending}>
            Make a token
          </Button>
        </Group>
        {making.data && (
          <div role="status">
            <p>The token “{making.data.name}” is made. Copy it now: it is never shown again.</p>
            <CopyCommand command={making.data.token} what="the token" />
          </div>
        )}
      </Stack>
    </form>
  );
}
