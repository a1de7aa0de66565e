import type { HeldLease } from './held-lease.ts';
import type { HostContext } from './host-context.ts';
import { Workspace } from './workspace.ts';

/**
 * Returns whether the run of a lease was cancelled, as far as the server can be asked, and removes its workspace where
 * who cancelled it wants that. Nothing of the run goes on here any more.
 */
export async function tidyCancelled(host: HostContext, lease: HeldLease): Promise<boolean> {
  const { runId, dataset } = lease.input;
  try {
    const { isCancelled, workspace } = await host.server.readEnd(runId);
    if (isCancelled && workspace === 'remove' && isFree(host, lease)) {
      const removal = removeWorkspace(host, dataset.slug);
      host.leases.bar(dataset.id, 'its workspace of a cancelled run is being removed here', removal);
      await removal;
    }
    return isCancelled;
  } catch (error) {
    host.logger.warn({ err: error, dataset: dataset.slug }, 'could not ask how the run ended: its workspace stays');
    return false;
  }
}

/** Whether nothing else is done in the workspace of a lease. */
function isFree({ leases }: HostContext, { input: { dataset, leaseNumber } }: HeldLease): boolean {
  const isTakenAgain = leases
    .all()
    .some(({ input }) => input.dataset.id === dataset.id && input.leaseNumber > leaseNumber);
  return !isTakenAgain && leases.reasonBarred(dataset.id) === undefined;
}

/** What can't be removed stays, which the log tells. */
export async function removeWorkspace(host: HostContext, slug: string): Promise<void> {
  await new Workspace(host.directory, slug).remove().catch((error: unknown) => {
    host.logger.warn({ err: error, dataset: slug }, 'the workspace could not be removed');
  });
}
