import { queryOptions } from '@tanstack/react-query';
import { crunch } from './crunch.ts';

/**
 * Who is signed in, or a visitor where something is public. Else it waits for the sign-in, as everything does without a
 * session.
 */
export const callerQuery = queryOptions({
  queryKey: ['caller'],
  queryFn: () => crunch.getCaller(),
  staleTime: Infinity,
});
