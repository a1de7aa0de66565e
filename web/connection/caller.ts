import { queryOptions } from '@tanstack/react-query';
import { createClient } from '../../client/index.ts';
import type { EndpointOutput } from '../../shared/contract/endpoint.ts';
import type { Contract } from '../../shared/contract/index.ts';
import { signInGate } from './sign-in-gate.ts';

export type Caller = EndpointOutput<Contract['getCaller']>;

/** Tells at once when nobody is signed in, where everything else waits for that. */
const stranger = createClient({ url: location.origin });
let isSomebody = false;

/** Who looks: whoever is signed in, or a visitor where something is public. Fails with `not-signed-in` elsewhere. */
export const callerQuery = queryOptions({
  queryKey: ['caller'],
  queryFn: findCaller,
  staleTime: Infinity,
});

async function findCaller(): Promise<Caller> {
  for (;;) {
    const session = signInGate.session();
    const caller = await stranger.getCaller();
    if (caller.kind !== 'visitor') {
      isSomebody = true;
      return caller;
    }
    // A session that has ended makes no visitor of whoever is at work on the page: they sign in again.
    if (!isSomebody) signInGate.admitVisitor();
    if (!(await signInGate.wait(session))) return caller;
  }
}
