import { describeWith } from '../setup/test-services.ts';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { defineStage } from '../../stages/define-stage.ts';
import type { StageContext } from '../../stages/stage-definition.ts';
import { Workspace } from '../../activities/host/workspace.ts';
import { OFFER_SIGNAL, PAUSE_SIGNAL, type Offer, type Pause } from '../../shared/domain/processing.ts';
import { ProcessingBench } from '../helpers/processing-bench.ts';

const one = defineStage({ name: 'one', run: () => ({ done: 1 }) });
const two = defineStage({ name: 'two', run: ({ outputs }) => ({ seen: outputs.one ?? null }) });

/** A stage that runs until it is told to end, and a promise for when it has begun. */
function endlessStage() {
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const stage = defineStage({
    name: 'endless',
    async run({ signal }) {
      begin();
      if (!signal.aborted) await once(signal, 'abort');
    },
  });
  return { stage, begun };
}

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

await describeWith('temporal', 'processing a dataset', (temporal) => {
  let bench: ProcessingBench;

  beforeEach(async () => {
    bench = await ProcessingBench.start(temporal);
  });

  afterEach(() => bench.stop());

  test('a host that claims a dataset runs its stages in order, each with the outputs before it', async () => {
    const host = await bench.addHost({ stages: [one, two] });
    const run = await bench.process(['one', 'two']);
    await expect(run.result()).resolves.toMatchObject({ host: host.name, leaseNumber: 1, hostLosses: 0 });
    expect(bench.runs.told).toEqual(['one START 1', 'one SUCCESS 1', 'two START 1', 'two SUCCESS 1', 'completed']);
    expect(host.context.leases.size).toBe(0);
  });

  test('a dataset takes at most 40 events with the three built-in stages', async () => {
    const stages = ['download', 'workflow', 'upload'].map((name) => defineStage({ name, run: () => null }));
    await bench.addHost({ stages });
    const run = await bench.process(['download', 'workflow', 'upload']);
    await run.result();
    const { historyLength } = await run.describe();
    expect(historyLength).toBeLessThanOrEqual(40);
  });

  test('of two hosts that are there at once, exactly one gets a dataset', async () => {
    const performed: string[] = [];
    const stage = defineStage({ name: 'one', run: ({ dataset }) => void performed.push(dataset.slug) });
    await bench.addHost({ stages: [stage], routes: ['any'] });
    await bench.addHost({ stages: [stage], routes: ['project.1'] });
    const runs = await Promise.all(
      Array.from({ length: 12 }, () => bench.process(['one'], { routes: ['any', 'project.1'] })),
    );
    await Promise.all(runs.map((run) => run.result()));
    expect(performed).toHaveLength(12);
    expect(new Set(performed).size).toBe(12);
  });

  test('a failing stage fails the run in words, and is not tried again', async () => {
    let tries = 0;
    const failing = defineStage({
      name: 'check',
      run() {
        tries += 1;
        throw new Error('column year is missing in penguins.csv');
      },
    });
    await bench.addHost({ stages: [failing] });
    const run = await bench.process(['check']);
    await expect(run.result()).rejects.toMatchObject({
      cause: {
        type: 'stage-failed',
        message: expect.stringContaining('column year is missing'),
      },
    });
    expect(tries).toBe(1);
    expect(bench.runs.told).toEqual(['check START 1', 'check FAIL 1', 'failed']);
    expect(bench.runs.closed[0]).toMatchObject({ failureClass: 'stage' });
  });

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

    const again = await bench.process(['one'], { dataset });
    while (host.refusals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(host.refusals[0]).toContain('stage heedless still runs here');
    await expect((await bench.process(['one'])).result()).resolves.toMatchObject({ host: host.name });
    end();
    await expect(again.result()).resolves.toMatchObject({ host: host.name });
  }, 60_000);

  test('a dataset that waits is cancelled at once', async () => {
    const run = await bench.process(['one'], { routes: ['pool.nobody'] });
    await run.cancel();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(bench.runs.told).toEqual(['cancelled']);
  });

  test('a host that hands back leaves the dataset to another, without a wait and without a loss', async () => {
    const { stage, begun } = endlessStage();
    const leaving = await bench.addHost({ stages: [stage] });
    const run = await bench.process(['endless']);
    await begun;
    const staying = await bench.addHost({ stages: [defineStage({ name: 'endless', run: () => null })] });
    leaving.workers.takeNothingNew();
    await leaving.context.leases.all()[0]!.handBack('in good order');
    await expect(run.result()).resolves.toMatchObject({ host: staying.name, leaseNumber: 2, hostLosses: 0 });
    expect(bench.runs.told).toContain('endless CANCELLED 1');
  });

  test('a host without the stage is refused, and says so', async () => {
    const unfit = await bench.addHost({ stages: [one] });
    const run = await bench.process(['one', 'two']);
    const fit = await bench.addHost({ stages: [one, two] });
    await expect(run.result()).resolves.toMatchObject({ host: fit.name });
    for (const refusal of unfit.refusals) expect(refusal).toContain('has no stage two');
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

  test('a host that brings a new route is offered what waits', async () => {
    const run = await bench.process(['one'], { routes: ['pool.nobody'] });
    const host = await bench.addHost({ stages: [one], routes: ['pool.gpu'] });
    await run.signal('offer', { routes: ['pool.gpu'] });
    await expect(run.result()).resolves.toMatchObject({ host: host.name });
  });
});
