import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { deliverCancellations } from '../../activities/control/deliver-cancellations.ts';
import { admitDatasets, markRunStarted } from '../../catalog/admission.ts';
import { unsentCancellations } from '../../catalog/cancellations.ts';
import type { CrunchClient } from '../../client/index.ts';
import { PROCESS_DATASET, type ProcessDatasetInput } from '../../shared/domain/processing.ts';
import { workflowIdOf } from '../../shared/domain/queue-names.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addHost, addProject } from '../setup/catalog.ts';
import { describeWithAll } from '../setup/test-services.ts';

const DEFAULTS = { timing: { heartbeatTimeoutMs: 1000, graceMs: 1000, killGraceMs: 1000 }, freeBytes: 0 };

/** Nobody polls it: the Temporal workflows only have to be there. */
const UNUSED_QUEUE = 'crunch.nobody';

await describeWithAll(['postgres', 'temporal'], 'the API beside Temporal', ({ postgres, temporal }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl: postgres.url, temporal });
    client = await api.signIn({ scope: 'operate' });
    await addProject(api.catalog, { name: 'p' });
    await addHost(api.catalog, { name: 'lab' });
  });
  afterAll(() => api.stop());

  /** Queues a dataset and admits it, as the control worker would. */
  async function admit(name: string): Promise<ProcessDatasetInput> {
    await addDataset(api.catalog, 'p', name, { queue: true });
    const [run] = await admitDatasets(api.catalog, DEFAULTS);
    if (run === undefined) throw new Error('the dataset was not admitted');
    return run;
  }

  async function start(run: ProcessDatasetInput): Promise<WorkflowHandle> {
    const workflowId = workflowIdOf(run.dataset.id);
    const handle = await api.temporal.workflow.start(PROCESS_DATASET, {
      workflowId,
      taskQueue: UNUSED_QUEUE,
      args: [run],
    });
    await markRunStarted(api.catalog, run.runId, handle.firstExecutionRunId);
    return handle;
  }

  const cancel = (slug: string) => client.cancelDatasets({ body: { datasets: [slug] } });

  async function wasCancelRequested(handle: WorkflowHandle): Promise<boolean> {
    const { events } = await handle.fetchHistory();
    return events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes) ?? false;
  }

  test('is ready, as anybody may see', async () => {
    const response = await fetch(`${api.url}/api/v1/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready', version: '0.0.0-test' }]);
  });

  test('to cancel a dataset asks Temporal to cancel its run, and only that one', async () => {
    const run = await admit('started');
    const handle = await start(run);
    const other = await start(await admit('other'));
    await expect(
      client.cancelDatasets({ body: { datasets: [run.dataset.slug], dryRun: true } }),
    ).resolves.toMatchObject({
      items: [run.dataset.slug],
    });
    expect(await wasCancelRequested(handle)).toBe(false);
    await expect(cancel(run.dataset.slug)).resolves.toEqual({ items: [run.dataset.slug], refused: [] });
    await deliverCancellations(api);
    expect(await wasCancelRequested(handle)).toBe(true);
    expect(await wasCancelRequested(other)).toBe(false);
    // A second time it is no error, neither for who asks nor for Temporal.
    await expect(cancel(run.dataset.slug)).resolves.toMatchObject({ items: [run.dataset.slug] });
    await deliverCancellations(api);
    expect(await unsentCancellations(api.catalog)).toEqual([]);
  });

  test('a run that Temporal has not heard of is closed, and does not start any more', async () => {
    const { dataset, runId } = await admit('unstarted');
    await cancel(dataset.slug);
    await expect(client.getDataset({ params: { slug: dataset.slug } })).resolves.toMatchObject({ state: 'cancelled' });
    await expect(client.getRun({ params: { id: runId } })).resolves.toMatchObject({ state: 'cancelled' });
    await expect(markRunStarted(api.catalog, runId, runId)).resolves.toBe(false);
  });

  test('a run that somebody terminated in Temporal is closed', async () => {
    const run = await admit('ended');
    await (await start(run)).terminate();
    await expect(cancel(run.dataset.slug)).resolves.toMatchObject({ items: [run.dataset.slug] });
    await deliverCancellations(api);
    await expect(client.getRun({ params: { id: run.runId } })).resolves.toMatchObject({ state: 'cancelled' });
  });

  test('while Temporal is away a cancellation is kept, and delivered later', async () => {
    const run = await admit('away');
    const handle = await start(run);
    const connection = Connection.lazy({ address: '127.0.0.1:9' });
    const away = new Client({ connection });
    await cancel(run.dataset.slug);
    const patience = 500;
    const attempt = connection.withDeadline(Date.now() + patience, () =>
      deliverCancellations({ catalog: api.catalog, temporal: away }),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'ServiceError' });
    expect(await unsentCancellations(api.catalog)).toMatchObject([{ runId: run.runId }]);
    await connection.close();
    await deliverCancellations(api);
    expect(await wasCancelRequested(handle)).toBe(true);
  });
});
