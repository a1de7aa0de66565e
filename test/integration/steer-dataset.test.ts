import { describeWith } from '../setup/test-services.ts';
import { access } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { defineStage } from '../../stages/define-stage.ts';
import type { StageContext } from '../../stages/stage-definition.ts';
import { Workspace } from '../../activities/host/workspace.ts';
import { OFFER_SIGNAL, PAUSE_SIGNAL, type Offer, type Pause } from '../../shared/domain/processing.ts';
import { ProcessingBench } from '../helpers/processing-bench.ts';
import { startSilentHost } from '../helpers/silent-host.ts';

import { endlessStage } from '../helpers/endless-stage.ts';

const one = defineStage({ name: 'one', run: () => ({ done: 1 }) });

/** What was scheduled so far on hosts, by its summary. */
async function activitiesOf(run: WorkflowHandle): Promise<string[]> {
  const { events } = await run.fetchHistory();
  return (events ?? []).flatMap((event) =>
    event.activityTaskScheduledEventAttributes && event.userMetadata?.summary
      ? [defaultPayloadConverter.fromPayload<string>(event.userMetadata.summary)]
      : [],
  );
}

/** A stage that runs until `end` is called, whatever it is told. */
function heedlessStage() {
  let begin!: () => void;
  let end!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const calls: StageContext[] = [];
  const stage = defineStage({
    name: 'heedless',
    async run(context) {
      calls.push(context);
      begin();
      await over;
    },
  });
  return { stage, begun, end: () => end(), calls };
}

await describeWith('temporal', 'cancelling and pausing a dataset', (temporal) => {
  let bench: ProcessingBench;

  beforeEach(async () => {
    bench = await ProcessingBench.start(temporal);
  });

  afterEach(() => bench.stop());

  test('a cancelled run stops the stage, closes as cancelled, and frees the slot', async () => {
    const { stage, begun } = endlessStage();
    const host = await bench.addHost({ stages: [stage, one] });
    const run = await bench.process(['endless']);
    await begun;
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(bench.runs.told).toEqual(['endless START 1', 'endless CANCELLED 1', 'cancelled']);
    await expect((await bench.process(['one'])).result()).resolves.toMatchObject({ host: host.name });
  });

  test.each(['download', 'workflow', 'upload', 'custom'])('a run is cancelled in stage %s, once', async (name) => {
    const { stage, begun } = endlessStage(name);
    await bench.addHost({ stages: [stage, one] });
    const run = await bench.process([name, 'one']);
    await begun;
    await Promise.all([run.cancel(), run.cancel()]);
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await run.cancel();
    expect(bench.runs.told).toEqual([`${name} START 1`, `${name} CANCELLED 1`, 'cancelled']);
  });

  test('one whose results are being published is cancelled too late', async () => {
    await bench.addHost({ stages: [one] });
    let known!: (run: WorkflowHandle) => void;
    const run = new Promise<WorkflowHandle>((resolve) => {
      known = resolve;
    });
    bench.runs.beforePublishing = async () => (await run).cancel();
    known(await bench.process(['one']));
    await expect((await run).result()).resolves.toMatchObject({ resultFiles: 1 });
    expect(bench.runs.told.at(-1)).toBe('completed');
  });

  test.each(['keep', 'remove'] as const)('a cancelled run’s workspace: %s', async (fate) => {
    const { stage, begun } = endlessStage();
    const host = await bench.addHost({ stages: [stage] });
    const run = await bench.process(['endless']);
    await begun;
    const folder = new Workspace(host.context.directory, host.context.leases.all()[0]!.input.dataset.slug).folder;
    await access(folder);
    bench.cancelsWith = fate;
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    const isThere = await access(folder).then(
      () => true,
      () => false,
    );
    expect(isThere).toBe(fate === 'keep');
  });

  test('one that is cancelled between two stages starts no other, and its host says so', async () => {
    let known!: (run: WorkflowHandle) => void;
    const run = new Promise<WorkflowHandle>((resolve) => {
      known = resolve;
    });
    const cancel = async () => (await run).cancel();
    const performed: string[] = [];
    const first = defineStage({ name: 'first', run: () => cancel().then(() => null) });
    const second = defineStage({ name: 'second', run: ({ dataset }) => void performed.push(dataset.slug) });
    const host = await bench.addHost({ stages: [first, second] });
    bench.cancelsWith = 'remove';
    known(await bench.process(['first', 'second']));
    await expect((await run).result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(performed).toEqual([]);
    while (host.context.leases.size > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(host.events).toContainEqual(expect.objectContaining({ type: 'finished', outcome: 'cancelled' }));
  });

  test('code that heeds no signal is given up: nothing it does counts, and its dataset is not taken beside it', async () => {
    const { stage, begun, end, calls } = heedlessStage();
    const host = await bench.addHost({ stages: [stage, one] });
    const run = await bench.process(['heedless']);
    await begun;
    const [lease] = host.context.leases.all();
    const dataset = lease!.input.dataset;
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(() => lease!.assertHeld()).toThrow(expect.objectContaining({ code: 'lease-lost' }));
    const [context] = calls;
    await expect(context!.run(['/bin/sh', '-c', 'exit 3'])).resolves.toMatchObject({ exitCode: null });

    // It took its time, but the host was heard of all along.
    expect(bench.runs.closed[0]).not.toHaveProperty('quietAtMs');
    const again = await bench.process(['one'], { dataset });
    while (host.refusals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(host.refusals[0]).toContain('stage heedless still runs here');
    await expect((await bench.process(['one'])).result()).resolves.toMatchObject({ host: host.name });
    end();
    await expect(again.result()).resolves.toMatchObject({ host: host.name });
  }, 60_000);

  test('one whose host is silent is cancelled without it, and says until when nobody may have it', async () => {
    const silent = await startSilentHost(temporal, 'any');
    const timing = { heartbeatTimeoutMs: 3_600_000, graceMs: 3_600_000, killGraceMs: 500 };
    const startedMs = Date.now();
    const run = await bench.process(['download', 'one'], { timing });
    await silent.begun;
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await silent.stop();
    const [closed] = bench.runs.closed;
    expect(closed?.note).toMatch(
      /^cancelled; its host silent is silent, and ends what it may still run by itself before/,
    );
    expect(closed?.quietAtMs).toBeGreaterThanOrEqual(startedMs + timing.heartbeatTimeoutMs + timing.graceMs);
  });

  test('one that waits for the end of a silent host’s grace is cancelled at once', async () => {
    const silent = await startSilentHost(temporal, 'any');
    const timing = { heartbeatTimeoutMs: 1_000, graceMs: 3_600_000, killGraceMs: 500 };
    const startedMs = Date.now();
    const run = await bench.process(['download', 'one'], { timing });
    await silent.begun;
    while (!bench.runs.told.includes('waiting')) await new Promise((resolve) => setImmediate(resolve));
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await silent.stop();
    expect(bench.runs.closed[0]?.quietAtMs).toBeGreaterThanOrEqual(startedMs + timing.graceMs);
  });

  test('a dataset that waits is cancelled at once', async () => {
    const run = await bench.process(['one'], { routes: ['pool.nobody'] });
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(bench.runs.told).toEqual(['cancelled']);
  });

  test('while it is paused nobody is offered it; afterwards it is taken', async () => {
    const run = await bench.process(['one'], { routes: ['pool.nobody'] });
    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: true });
    const host = await bench.addHost({ stages: [one], routes: ['pool.nobody', 'pool.other'] });
    await run.signal<[Offer]>(OFFER_SIGNAL, { routes: ['pool.other'] });
    // The host is there and has nothing else to do.
    const other = await bench.process(['one'], { routes: ['pool.nobody'] });
    await expect(other.result()).resolves.toMatchObject({ host: host.name });
    expect(await activitiesOf(run)).not.toContain('lease 1 on pool.other');
    expect((await run.describe()).status.name).toBe('RUNNING');

    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: false });
    await expect(run.result()).resolves.toMatchObject({ host: host.name, leaseNumber: 1 });
  });

  test('who has it when it is paused finishes it', async () => {
    let finish!: () => void;
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = defineStage({
      name: 'slow',
      async run() {
        begin();
        await finished;
      },
    });
    const host = await bench.addHost({ stages: [slow, one] });
    const run = await bench.process(['slow', 'one']);
    await begun;
    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: true });
    finish();
    await expect(run.result()).resolves.toMatchObject({ host: host.name, leaseNumber: 1 });
  });

  test('one that its host hands back while it is paused waits until it is resumed', async () => {
    const { stage, begun } = endlessStage();
    const leaving = await bench.addHost({ stages: [stage] });
    const run = await bench.process(['endless']);
    await begun;
    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: true });
    const staying = await bench.addHost({ stages: [defineStage({ name: 'endless', run: () => null }), one] });
    leaving.workers.takeNothingNew();
    await leaving.context.leases.all()[0]!.handBack('in good order');
    await expect((await bench.process(['one'])).result()).resolves.toMatchObject({ host: staying.name });
    expect(await activitiesOf(run)).not.toContain('lease 2 on any');
    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: false });
    await expect(run.result()).resolves.toMatchObject({ host: staying.name, leaseNumber: 2 });
  });
});
