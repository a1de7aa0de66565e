import { Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { SignInForm } from './sign-in-form.tsx';
import classes from './sign-in-again.module.css';

/** Over a page whose session has ended: everything on it stays, and what was asked goes on after the sign-in. */
export function SignInAgain({ email, onDone }: { email?: string; onDone: (email: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-labelledby="sign-in-again"
      // There is nothing to go back to without a session. Some browsers close it all the same when Escape is pressed twice.
      onCancel={(event) => event.preventDefault()}
      onClose={() => dialog.current?.showModal()}
    >
      <Title order={2} id="sign-in-again">
        Sign in again
      </Title>
      <p>Your session has ended. Nothing on the page is lost: it goes on when you have signed in.</p>
      <SignInForm email={email} onDone={onDone} />
    </dialog>
  );
}
