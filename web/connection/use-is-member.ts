import { useCaller } from './use-caller.ts';

/** Whether whoever is signed in belongs to the server, and so may add projects. */
export function useIsMember(): boolean {
  const caller = useCaller();
  return caller?.role === 'member' || caller?.role === 'admin';
}
