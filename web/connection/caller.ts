import { queryOptions } from '@tanstack/react-query';
import { crunch } from './crunch.ts';

/** Who is signed in. Without a session it waits for the sign-in, as everything does. */
export const callerQuery = queryOptions({
  queryKey: ['caller'],
  queryFn: () => crunch.getCaller(),
  staleTime: Infinity,
});
