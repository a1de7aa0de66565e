import { QueryObserver } from '@tanstack/react-query';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ErrorCode } from '../../shared/errors/error-codes.ts';
import { queryClient } from './query-client.ts';

afterEach(() => queryClient.clear());

/** What somebody who looks has, after they had an answer and asking again ended with an error. */
async function keptAfter(code: ErrorCode) {
  const key = ['project', code];
  const answers = [
    async () => 'an answer',
    async () => {
      throw new CrunchError(code, 'no');
    },
  ];
  const observer = new QueryObserver(queryClient, { queryKey: key, queryFn: () => answers.shift()!() });
  const stop = observer.subscribe(() => undefined);
  await observer.refetch();
  await observer.refetch();
  const { data, error } = observer.getCurrentResult();
  stop();
  return { data, error };
}

test.each(['not-signed-in', 'not-allowed', 'not-found'] as const)(
  'what is %s now is not shown any more',
  async (code) => {
    expect(await keptAfter(code)).toEqual({ data: undefined, error: expect.objectContaining({ code }) });
  },
);

test.each(['internal', 'catalog-unavailable'] as const)(
  'what was there stays while asking ends with %s',
  async (code) => {
    expect(await keptAfter(code)).toEqual({ data: 'an answer', error: expect.objectContaining({ code }) });
  },
);
