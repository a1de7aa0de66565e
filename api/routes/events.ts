import { digestAccess } from '../../catalog/access.ts';
import { KEEP_ALIVE_MS, type Change, type eventEndpoints } from '../../shared/contract/events.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiContext } from '../context.ts';
import { isWanted, showChanges } from '../events/change-filter.ts';
import { gatherChanges } from '../events/gather-changes.ts';
import type { Call, HandlersOf, OutgoingEvent } from '../handler.ts';

type StreamCall = Call<(typeof eventEndpoints)['streamEvents']>;

export const eventHandlers: HandlersOf<typeof eventEndpoints> = {
  async streamEvents(context, call) {
    return streamChanges(context, call);
  },
};

/** Ends when the reader is gone or may not read any more, and when the server stops. */
async function* streamChanges(context: ApiContext, call: StreamCall): AsyncGenerator<OutgoingEvent<Change>> {
  const { query, signal, identifyAgain } = call;
  const over = AbortSignal.any([signal, context.stopping]);
  let caller: Caller | undefined = call.caller;
  const close = context.streams.open(caller.id);
  const gathered = gatherChanges(context.catalog.notifications, (change) => isWanted(change, query));
  try {
    // Before this listened, nothing was heard of an access that ended.
    caller = await identifyAgain();
    let seen = caller && (await digestAccess(context.catalog, caller.access));
    let checkedAt = performance.now();
    yield 'keep-alive';
    while (caller !== undefined && !over.aborted) {
      const { changes, accessChanged } = await gathered.next(KEEP_ALIVE_MS, over);
      if (accessChanged || performance.now() - checkedAt >= KEEP_ALIVE_MS) {
        caller = await identifyAgain();
        checkedAt = performance.now();
      }
      if (caller === undefined || over.aborted) return;
      const told = await showChanges(context.catalog, caller, changes);
      if (accessChanged) {
        const before = seen;
        seen = await digestAccess(context.catalog, caller.access);
        // Projects came or went for this caller, or they may do other things there.
        if (seen !== before) told.push({});
      }
      for (const data of told) yield { name: 'change', data };
      if (told.length === 0) yield 'keep-alive';
    }
  } finally {
    gathered.end();
    close();
  }
}
