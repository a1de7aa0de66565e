import { QueryClient } from '@tanstack/react-query';

/** News from the server say what is out of date; the client repeats what failed by itself. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 10_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
