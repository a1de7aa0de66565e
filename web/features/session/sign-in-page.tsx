import { Title } from '@mantine/core';
import { useEffect } from 'react';
import { SignInForm } from './sign-in-form.tsx';
import classes from './sign-in-page.module.css';

/** What a visitor without a session sees, whatever page they asked for: it is shown after the sign-in. */
export function SignInPage({ onDone }: { onDone: (email: string) => void }) {
  useEffect(() => {
    document.title = 'Sign in · Crunch';
  }, []);
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Title order={1}>Sign in to Crunch</Title>
        <p className={classes.what}>Crunch processes many large datasets on whatever computers a research team has.</p>
        <SignInForm onDone={onDone} />
        <p className={classes.help}>
          No account? Whoever runs this server can make one: <code>crunch admin create ADDRESS</code>. The first one is
          printed by <code>crunch up</code> when it starts.
        </p>
      </div>
    </main>
  );
}
