import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Problem } from '../../ui/problem.tsx';
import { signIn } from './sign-in.ts';

interface SignInFormProps {
  /** Called with the address of whoever signed in. */
  onDone: (email: string) => void;
  /** Whose session has ended. */
  email?: string;
}

/** Asks for address and password. */
export function SignInForm({ onDone, email = '' }: SignInFormProps) {
  const [credentials, setCredentials] = useState({ email, password: '' });
  const entry = useMutation({ mutationFn: signIn, onSuccess: (person) => onDone(person.email) });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    entry.mutate(credentials);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail address"
          name="email"
          type="email"
          value={credentials.email}
          onChange={({ currentTarget }) => setCredentials({ ...credentials, email: currentTarget.value })}
          required
          withAsterisk={false}
          autoComplete="username"
        />
        <PasswordInput
          label="Password"
          name="password"
          value={credentials.password}
          onChange={({ currentTarget }) => setCredentials({ ...credentials, password: currentTarget.value })}
          required
          withAsterisk={false}
          autoComplete="current-password"
        />
        {entry.error && <Problem title="Not signed in" error={entry.error} />}
        <Button type="submit" loading={entry.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
