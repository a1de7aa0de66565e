import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal as protocol } from '@temporalio/proto';
import { admit } from '../../activities/control/admit.ts';
import type { ControlContext } from '../../activities/control/control-context.ts';
import { reconcileRuns } from '../../activities/control/reconcile-runs.ts';
import { getDataset } from '../../catalog/datasets.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { closeRun, markRunClaimed } from '../../catalog/run-events.ts';
import type { RunRecord } from '../../catalog/runs.ts';
import { createLogger } from '../../platform/logger.ts';
import { leaseManifest, type Manifest } from '../../shared/domain/manifest.ts';
import type { ProcessDatasetResult } from '../../shared/domain/processing.ts';
import { CONTROL_QUEUE } from '../../shared/domain/queue-names.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { writeDocument } from '../../storage/transfer/manifest-document.ts';
import { keepReconcileSchedule } from '../../worker/reconcile-schedule.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject } from '../setup/catalog.ts';
import { describeWithAll } from '../setup/test-services.ts';

type Command = protocol.api.command.v1.ICommand;

await describeWithAll(['postgres', 'temporal'], 'catalog and Temporal', ({ postgres, temporal }) => {
  const { namespace } = temporal;
  let catalog: Catalog;
  let client: Client;
  let folder: string;
  let context: ControlContext;

  useCatalog(postgres.url, (opened) => {
    catalog = opened;
  });
  beforeAll(async () => {
    client = new Client({ connection: await Connection.connect({ address: temporal.address }), namespace });
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-reconcile-'));
  });
  afterAll(async () => {
    await client.connection.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    context = {
      catalog,
      storage: openStorage({ kind: 'folder', path: folder }),
      temporal: client,
      logger: createLogger({ name: 'test', level: 'fatal' }),
      defaults: ADMISSION_DEFAULTS,
      allowedWorkflowHosts: [],
    };
    await addProject(catalog, { name: 'p' });
    await addHost(catalog, { name: 'lab' });
    // Ids count from 1 in each catalog, and Temporal still has the executions of the test before.
    const next = Date.now() % 2_000_000_000;
    await catalog.prisma.$executeRaw`SELECT setval(pg_get_serial_sequence('item', 'id'), ${next}::bigint)`;
  });

  const state = async (slug: string) => getDataset(catalog, slug);

  /** A dataset whose run was started in Temporal, where nobody goes on with it. */
  async function start(name: string): Promise<{ slug: string; run: RunRecord }> {
    const slug = await addDataset(catalog, 'p', name, { queue: true });
    await admit(context);
    return { slug, run: await lastRun(slug) };
  }

  async function lastRun(slug: string): Promise<RunRecord> {
    const { run } = await getDataset(catalog, slug);
    if (run === null) throw new Error(`${slug} has no run`);
    return run;
  }

  async function claim({ id: runId }: RunRecord): Promise<void> {
    await markRunClaimed(catalog, { runId, host: 'lab', boot: 'b', leaseNumber: 1, stage: 'workflow' });
  }

  const handleOf = ({ workflowId, temporalRunId }: RunRecord) =>
    client.workflow.getHandle(workflowId, temporalRunId ?? undefined);

  /** Does what a worker would that answers the next workflow task with some commands. */
  async function answerTask(commands: Command[]): Promise<string> {
    const { workflowService } = client;
    const poll = { namespace, taskQueue: { name: CONTROL_QUEUE }, identity: 'test' };
    const task = client.connection.withDeadline(Date.now() + 60_000, () => workflowService.pollWorkflowTaskQueue(poll));
    const { taskToken, workflowType } = await task;
    await workflowService.respondWorkflowTaskCompleted({ taskToken, commands, identity: 'test' });
    return workflowType?.name ?? '';
  }

  /** Temporal's list, which is a moment late, shows the execution as ended. */
  async function seenAsEnded({ workflowId, temporalRunId }: RunRecord): Promise<void> {
    const query = `WorkflowId = '${workflowId}' AND RunId = '${temporalRunId}' AND ExecutionStatus != 'Running'`;
    for (;;) {
      const { count } = await client.workflow.count(query);
      if (count > 0) return;
    }
  }

  async function complete(result: ProcessDatasetResult | { repaired: number }): Promise<string> {
    const { COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION: commandType } = protocol.api.enums.v1.CommandType;
    const payloads = [defaultPayloadConverter.toPayload(result)];
    return answerTask([{ commandType, completeWorkflowExecutionCommandAttributes: { result: { payloads } } }]);
  }

  test('nothing is repaired while they agree', async () => {
    const { slug, run } = await start('agreed');
    await claim(run);
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 0 });
    await expect(state(slug)).resolves.toMatchObject({ state: 'running' });
    await handleOf(run).terminate();
  });

  test('a run that somebody terminated in Temporal is cancelled, says so, and can be retried', async () => {
    const { slug, run } = await start('terminated');
    await claim(run);
    await handleOf(run).terminate();
    await seenAsEnded(run);
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 1 });
    await expect(state(slug)).resolves.toMatchObject({ state: 'cancelled', reason: 'it was terminated in Temporal' });
    const statuses = await catalog.prisma.status.findMany({ where: { runId: run.id } });
    expect(statuses).toMatchObject([{ stage: 'WORKFLOW', state: 'REPAIRED', note: 'it was terminated in Temporal' }]);
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 0 });
  });

  test('a run that Temporal lost starts over when no host can have it any more, under the next lease', async () => {
    const { slug, run } = await start('lost');
    await claim(run);
    await handleOf(run).terminate();
    await catalog.prisma.run.update({ where: { id: run.id }, data: { temporalRunId: randomUUID() } });
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 1 });
    const reason = 'Temporal lost it, so it starts over';
    await expect(state(slug)).resolves.toMatchObject({ state: 'queued', host: null, reason });
    await admit(context);
    await expect(lastRun(slug)).resolves.toMatchObject({ id: run.id, temporalRunId: null });
    await catalog.prisma.run.update({ where: { id: run.id }, data: { startAfter: new Date() } });
    await admit(context);
    const restarted = await lastRun(slug);
    const { events } = await handleOf(restarted).fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    expect(started && defaultPayloadConverter.fromPayload(started)).toMatchObject({
      runId: run.id,
      lastLeaseNumber: 1,
    });
    await handleOf(restarted).terminate();
  });

  test('an execution that somebody reset is ended, and the run starts over', async () => {
    const { slug, run } = await start('reset');
    await claim(run);
    await answerTask([]);
    const request = protocol.api.workflowservice.v1.ResetWorkflowExecutionRequest.fromObject({
      ...{ namespace, reason: 'test', requestId: randomUUID(), workflowTaskFinishEventId: 4 },
      workflowExecution: { workflowId: run.workflowId, runId: run.temporalRunId },
    });
    const { runId } = await client.workflowService.resetWorkflowExecution(request);
    await seenAsEnded(run);
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 1 });
    await expect(state(slug)).resolves.toMatchObject({ state: 'queued', reason: expect.stringContaining('reset') });
    const reset = await client.workflow.getHandle(run.workflowId, runId).describe();
    expect(reset.status.name).toBe('TERMINATED');
  });

  test('results of a run whose end the catalog never heard of are published', async () => {
    const { slug, run } = await start('completed');
    await claim(run);
    const { basePath } = await getDataset(catalog, slug);
    const manifest: Manifest = {
      ...{ version: 1, dataset: slug, runId: run.id, leaseNumber: 1, host: 'lab', revision: '', verified: true },
      ...{ createdAt: new Date().toISOString(), files: [], deleted: [], outdated: [] },
    };
    await writeDocument(context.storage, `${basePath}/${leaseManifest(run.id, 1)}`, manifest, {});
    await complete({ host: 'lab', leaseNumber: 1, hostLosses: 0, resultFiles: 0 });
    await seenAsEnded(run);
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 1 });
    await expect(state(slug)).resolves.toMatchObject({ state: 'completed' });
  });

  test('a run that completed, and whose results are gone, has failed', async () => {
    const { slug, run } = await start('gone');
    await claim(run);
    await complete({ host: 'lab', leaseNumber: 1, hostLosses: 0, resultFiles: 1 });
    await seenAsEnded(run);
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 1 });
    const reason = expect.stringContaining('its results can’t be published');
    await expect(state(slug)).resolves.toMatchObject({ state: 'failed', reason });
  });

  test('what goes on in Temporal for a run that is closed, or unknown, is told to end', async () => {
    const closed = await start('closed');
    const unknown = await start('unknown');
    await closeRun(catalog, {
      ...{ runId: closed.run.id, outcome: 'failed', failureClass: 'internal', note: 'x', hostLosses: 0 },
    });
    await expect(reconcileRuns(context)).resolves.toEqual({ repaired: 0 });
    await catalog.prisma.run.delete({ where: { id: unknown.run.id } });
    await expect(reconcileRuns(context, { settledSeconds: 0 })).resolves.toEqual({ repaired: 2 });
    for (const { run } of [closed, unknown]) {
      const { events } = await handleOf(run).fetchHistory();
      expect(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(true);
      await handleOf(run).terminate();
    }
  });

  test('a schedule has them compared, and is made again when it is lost', async () => {
    const schedule = client.schedule.getHandle('crunch.reconcile');
    for (let making = 1; making <= 2; making += 1) {
      await keepReconcileSchedule(context).stop();
      await schedule.trigger();
      await expect(complete({ repaired: 0 })).resolves.toBe('reconcileRuns');
      await schedule.delete();
    }
  });
});
