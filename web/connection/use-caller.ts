import { useQuery } from '@tanstack/react-query';
import { callerQuery, type Caller } from './caller.ts';

/** Who looks; undefined until that is known. */
export function useCaller(): Caller | undefined {
  return useQuery(callerQuery).data;
}
