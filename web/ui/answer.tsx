import type { ReactNode } from 'react';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';
import { SignInOffer } from './sign-in-offer.tsx';

interface AnswerProps<Data> {
  query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  /** What is asked for: `the projects`. */
  what: string;
  lines?: number;
  children: (data: Data) => ReactNode;
}

/** Shows what a query gave, that it is on its way, or why it failed. What was there stays while it is asked again. */
export function Answer<Data>({ query, what, lines, children }: AnswerProps<Data>) {
  const { data, error } = query;
  if (isRefusedToVisitors(error)) return <SignInOffer purpose={`to see ${what}, if you may`} />;
  const isAbsent = error instanceof CrunchError && error.code === 'not-found';
  const retry = isAbsent ? undefined : () => void query.refetch();
  if (data === undefined && !error) return <Loading lines={lines} />;
  return (
    <>
      {error ? <Problem title={`Can't show ${what}`} error={error} retry={retry} /> : undefined}
      {data !== undefined && children(data)}
    </>
  );
}

/** To visitors all is the same that isn't public, whether it is there or not. */
function isRefusedToVisitors(error: unknown): boolean {
  return error instanceof CrunchError && error.code === 'not-signed-in';
}
