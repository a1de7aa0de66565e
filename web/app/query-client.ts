import { QueryCache, QueryClient } from '@tanstack/react-query';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Said of what is not, or no longer, for whoever asks. */
const REFUSALS = new Set(['not-signed-in', 'not-allowed', 'not-found']);

/** News from the server say what is out of date; the client repeats what failed by itself. What is refused now is forgotten. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error, query) {
      if (error instanceof CrunchError && REFUSALS.has(error.code)) query.setState({ data: undefined });
    },
  }),
  defaultOptions: {
    queries: { retry: false, staleTime: 10_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
