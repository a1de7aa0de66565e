import { CloseButton, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { SignInForm } from './sign-in-form.tsx';
import classes from './sign-in-dialog.module.css';

interface SignInDialogProps {
  /** Whose session has ended: everything on their page stays, and what was asked goes on after the sign-in. */
  email?: string;
  onDone: (email: string) => void;
  /** Absent where there is nothing to go back to without a session. */
  onLeave?: () => void;
}

/** Asks for a password over a page. */
export function SignInDialog({ email, onDone, onLeave }: SignInDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-labelledby="sign-in-dialog"
      onCancel={(event) => {
        event.preventDefault();
        onLeave?.();
      }}
      // Some browsers close it when Escape is pressed twice, whatever is said to the first.
      onClose={() => (onLeave ? onLeave() : dialog.current?.showModal())}
    >
      <div className={classes.head}>
        <Title order={2} id="sign-in-dialog">
          {onLeave ? 'Sign in' : 'Sign in again'}
        </Title>
        {onLeave && <CloseButton aria-label="Go on without signing in" onClick={onLeave} />}
      </div>
      {!onLeave && <p>Your session has ended. Nothing on the page is lost: it goes on when you have signed in.</p>}
      <SignInForm email={email} onDone={onDone} />
    </dialog>
  );
}
