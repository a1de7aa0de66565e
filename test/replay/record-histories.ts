import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { OFFER_SIGNAL, PAUSE_SIGNAL, type Offer, type Pause } from '../../shared/domain/processing.ts';
import { defineStage } from '../../stages/define-stage.ts';
import { ProcessingBench, type TemporalAccess } from '../helpers/processing-bench.ts';
import { startSilentHost } from '../helpers/silent-host.ts';
import { startTestTemporal } from '../setup/temporal-server.ts';

const PLAN = ['download', 'workflow', 'upload'];
const NOTHING = PLAN.map((name) => defineStage({ name, run: () => null }));

/** Nobody waits for the end of the grace. */
const PATIENT = { graceMs: 600_000, killGraceMs: 500 };

/** Records one history of each way that a run can go, for `replay.test.ts`. Run by `npm run record:histories`. */
export async function recordHistories(folder: string): Promise<void> {
  const temporal = await startTestTemporal();
  try {
    for (const [name, play] of Object.entries(PLAYS)) {
      const bench = await ProcessingBench.start(temporal);
      const run = await play(bench, temporal);
      await run.result().catch(() => undefined);
      const history = JSON.parse(historyToJSON(await run.fetchHistory()), withoutStackTraces) as object;
      await writeFile(`${folder}/${name}.json`, `${JSON.stringify(history, null, 1)}\n`);
      await bench.stop();
    }
  } finally {
    await temporal.stop();
  }
}

/** They name folders of the computer that recorded them. */
function withoutStackTraces(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

type Play = (bench: ProcessingBench, temporal: TemporalAccess) => Promise<WorkflowHandle>;

const PLAYS: Record<string, Play> = {
  async completed(bench) {
    await bench.addHost({ stages: NOTHING });
    return bench.process(PLAN);
  },

  async failed(bench) {
    const fail = () => {
      throw new Error('a bad file');
    };
    await bench.addHost({ stages: [defineStage({ name: 'check', run: fail })] });
    return bench.process(['check']);
  },

  async cancelled(bench) {
    const started = new EventTarget();
    const begun = once(started, 'begin');
    const stage = defineStage({
      name: 'endless',
      async run({ signal }) {
        started.dispatchEvent(new Event('begin'));
        await once(signal, 'abort');
      },
    });
    await bench.addHost({ stages: [stage] });
    const run = await bench.process(['endless']);
    await begun;
    await run.cancel();
    return run;
  },

  async lost(bench, temporal) {
    const dying = await startSilentHost(temporal, 'any');
    const run = await bench.process(PLAN);
    await dying.claimed;
    await dying.stop();
    await bench.addHost({ stages: NOTHING });
    return run;
  },

  async 'cancelled-while-silent'(bench, temporal) {
    const dying = await startSilentHost(temporal, 'any');
    const run = await bench.process(PLAN, { timing: { ...PATIENT, heartbeatTimeoutMs: 60_000 } });
    await dying.begun;
    await dying.stop();
    await run.cancel();
    return run;
  },

  async 'cancelled-in-grace'(bench, temporal) {
    const dying = await startSilentHost(temporal, 'any');
    const run = await bench.process(PLAN, { timing: { ...PATIENT, heartbeatTimeoutMs: 1_000 } });
    await dying.begun;
    await dying.stop();
    while (!bench.runs.told.includes('waiting')) await new Promise((resolve) => setImmediate(resolve));
    await run.cancel();
    return run;
  },

  async paused(bench) {
    const run = await bench.process(PLAN, { routes: ['pool.nobody'] });
    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: true });
    await run.signal<[Offer]>(OFFER_SIGNAL, { routes: ['any'] });
    await run.signal<[Pause]>(PAUSE_SIGNAL, { paused: false });
    await bench.addHost({ stages: NOTHING });
    return run;
  },
};
