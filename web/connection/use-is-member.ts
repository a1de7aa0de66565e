import { useQuery } from '@tanstack/react-query';
import { callerQuery } from './caller.ts';

/** Whether whoever is signed in belongs to the server, and so may add projects. */
export function useIsMember(): boolean {
  const { data: caller } = useQuery(callerQuery);
  return caller?.role === 'member' || caller?.role === 'admin';
}
