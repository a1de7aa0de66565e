import { defineSearchAttributeKey } from '@temporalio/common';
import {
  condition,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';

const STAGES = ['download', 'workflow', 'upload'];
const claimUpdate = defineUpdate('claim');
const stateKey = defineSearchAttributeKey('CrunchState', 'KEYWORD');
const stageKey = defineSearchAttributeKey('CrunchStage', 'KEYWORD');
const hostKey = defineSearchAttributeKey('CrunchHost', 'KEYWORD');

/**
 * What Temporal alone has to do for a dataset with the built-in stages: a lease that a host claims by an update, three
 * stages on that host's own queue, a local activity beside each and one at the end, and what people filter by.
 * All activities do nothing.
 */
export async function floor() {
  let host;
  setHandler(claimUpdate, (name) => void (host = name), {
    validator: () => {
      if (host) throw new Error('claimed already');
    },
  });
  const limits = { startToCloseTimeout: '1 minute', heartbeatTimeout: '20 seconds' };
  const { holdLease } = proxyActivities({ taskQueue: 'floor.leases', ...limits });
  // It has no end of its own in the history, as the lease of a dataset that was processed.
  void holdLease();
  await condition(() => host !== undefined);
  const onHost = proxyActivities({ taskQueue: host, ...limits });
  const control = proxyLocalActivities({ startToCloseTimeout: '1 minute' });
  let recorded = Promise.resolve();
  for (const stage of STAGES) {
    recorded = recorded.then(() => control.nothing());
    show('running', stage, host);
    await onHost.stage(stage === STAGES.at(-1));
  }
  await recorded;
  await control.nothing();
  show('completed', null, host);
}

function show(state, stage, host) {
  upsertSearchAttributes([
    { key: stateKey, value: state },
    { key: stageKey, value: stage },
    { key: hostKey, value: host },
  ]);
  setCurrentDetails(`${state}: ${stage} on ${host}`);
}
