import { Button } from '@mantine/core';
import { signInWish } from '../connection/sign-in-wish.ts';
import { Empty } from './empty.tsx';

/** In the place of what visitors don't see, or may not do. */
export function SignInOffer({ purpose }: { purpose: string }) {
  return (
    <Empty action={<Button onClick={signInWish.make}>Sign in</Button>}>You are not signed in. Sign in {purpose}.</Empty>
  );
}
