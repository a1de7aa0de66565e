import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { NewPassword } from '../../../shared/contract/people.ts';
import { askAuth } from '../../connection/ask-auth.ts';
import { FormFaults } from '../../ui/form-faults.tsx';
import { sessionsQuery } from './queries.ts';

const EMPTY = { currentPassword: '', newPassword: '' };
const LABELS = { currentPassword: 'Current password', newPassword: 'New password' } as const;

/** Changes one's own password, which ends all other sessions. */
export function PasswordForm() {
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: (change: typeof EMPTY) => askAuth({ method: 'post', path: '/change-password' }, change),
    onSuccess: () => {
      form.setValues(EMPTY);
      return queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      currentPassword: (typed) => (typed === '' ? 'must not be empty' : null),
      newPassword: (typed) => NewPassword.safeParse(typed).error?.issues[0]?.message ?? null,
    },
  });
  return (
    <form onSubmit={form.onSubmit((change) => changing.mutate(change))} noValidate>
      <Stack gap="sm" maw={420}>
        <FormFaults title="The password was not changed" errors={form.errors} error={changing.error} labels={LABELS} />
        <PasswordInput
          label={LABELS.currentPassword}
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label={LABELS.newPassword}
          description="At least 12 characters, not easy to guess. You are signed out everywhere else"
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        <Group>
          <Button type="submit" variant="default" loading={changing.isPending}>
            Change password
          </Button>
          <span role="status">{changing.isSuccess && 'The password is changed.'}</span>
        </Group>
      </Stack>
    </form>
  );
}
