import { describeWith } from '../setup/test-services.ts';
import { defineStage } from '../../stages/define-stage.ts';
import { ProcessingBench } from '../helpers/processing-bench.ts';

import { endlessStage } from '../helpers/endless-stage.ts';

const one = defineStage({ name: 'one', run: () => ({ done: 1 }) });
const two = defineStage({ name: 'two', run: ({ outputs }) => ({ seen: outputs.one ?? null }) });

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

  test('a host that brings a new route is offered what waits', async () => {
    const run = await bench.process(['one'], { routes: ['pool.nobody'] });
    const host = await bench.addHost({ stages: [one], routes: ['pool.gpu'] });
    await run.signal('offer', { routes: ['pool.gpu'] });
    await expect(run.result()).resolves.toMatchObject({ host: host.name });
  });
});
