import { isDeepStrictEqual } from 'node:util';
import { findStanding, type Standing } from '../../catalog/access.ts';
import { locateDataset } from '../../catalog/locate-dataset.ts';
import { getOutputExtent, type OutputLineRecord } from '../../catalog/run-output.ts';
import { findLastRun, findRunByNumber, getRun, type RunRecord } from '../../catalog/runs.ts';
import { KEEP_ALIVE_MS } from '../../shared/contract/events.ts';
import type { logEndpoints, LoggedRun, LogLine, LogNews } from '../../shared/contract/logs.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiContext } from '../context.ts';
import type { Call, HandlersOf, OutgoingEvent } from '../handler.ts';
import { listenForOutput } from '../output/listen-for-output.ts';
import { readLinePage, readLinesAfter } from '../output/read-lines.ts';
import type { OutputPlace } from '../output/stored-lines.ts';

type FollowCall = Call<(typeof logEndpoints)['followLog']>;

/** The last lines of a run come a moment after it was closed: for so long more are waited for. */
const LAST_LINES_MS = 2_000;

/** Of a run that was closed so long ago nothing is on its way any more, whatever clock says so. */
const SETTLED_MS = 60_000;

export const logHandlers: HandlersOf<typeof logEndpoints> = {
  async readLog(context, { params, query, standing, signal }) {
    assertMayReadLog(standing, params.slug);
    const { run, place } = await findLog(context, params.slug, query.run);
    const { cursor, limit, grep } = query;
    const page = await readLinePage({ context, place, signal }, { after: Number(cursor ?? 0), limit, grep });
    return {
      run: await presentRun(context, run),
      items: page.items.map(presentLine),
      next: page.next === null ? null : String(page.next),
    };
  },

  async followLog(context, call) {
    assertMayReadLog(call.standing, call.params.slug);
    return followLog(context, call, await findLog(context, call.params.slug, call.query.run));
  },
};

/** To whom logs are not shown, they are told that there are none. */
function assertMayReadLog({ mayReadLogs }: Standing, slug: string): void {
  if (!mayReadLogs) throw new CrunchError('not-found', `${slug} has no log.`);
}

interface RunLog {
  run: RunRecord;
  place: OutputPlace;
}

async function findLog({ catalog }: ApiContext, slug: string, number: number | undefined): Promise<RunLog> {
  const run = number === undefined ? await findLastRun(catalog, slug) : await findRunByNumber(catalog, slug, number);
  const { basePath } = await locateDataset(catalog, slug);
  if (run === undefined) {
    throw new CrunchError('not-found', `${slug} ${number === undefined ? 'has not run yet' : `has no run ${number}`}.`);
  }
  return { run, place: { runId: run.id, basePath } };
}

/** Ends a moment after the run was closed, when the reader is gone or may not read any more, and with the server. */
async function* followLog(
  context: ApiContext,
  call: FollowCall,
  { run: found, place }: RunLog,
): AsyncGenerator<OutgoingEvent<LogNews>> {
  const { catalog } = context;
  const over = AbortSignal.any([call.signal, context.stopping]);
  const close = context.streams.open(call.caller.id);
  const listener = listenForOutput(catalog.notifications, { runId: place.runId, dataset: found.dataset });
  let position = Number(call.headers['last-event-id'] ?? call.query.cursor ?? 0);
  const news = async (lines: OutputLineRecord[], isEnd = false): Promise<OutgoingEvent<LogNews>> => {
    position = lines.at(-1)?.number ?? position;
    const data = { run: await presentRun(context, run), items: lines.map(presentLine), isEnd };
    return { name: 'lines', id: String(position), data };
  };
  let run = found;
  try {
    let endsAtMs = endOf(run);
    let isChecked = false;
    yield await news([]);
    while (!over.aborted) {
      // Before this listened, nothing was heard of an access that ended.
      if (!isChecked && !(await mayStillRead(context, call))) return;
      for await (const lines of readLinesAfter({ context, place, signal: over }, position)) yield await news(lines);
      const leftMs = endsAtMs - performance.now();
      if (leftMs <= 0) return void (yield await news([], true));
      const heard = await listener.next(Math.min(KEEP_ALIVE_MS, leftMs), over);
      const isQuiet = !heard.printed && !heard.changed && !heard.accessChanged;
      isChecked = !heard.accessChanged && !isQuiet;
      if (isQuiet) yield 'keep-alive';
      const before = run;
      run = await getRun(catalog, run.id);
      if (endsAtMs === Infinity) endsAtMs = endOf(run);
      if (!isDeepStrictEqual(run.transfer, before.transfer)) yield await news([]);
    }
  } finally {
    listener.end();
    close();
  }
}

/** Until when lines of a run are waited for, by the process's own clock. */
function endOf({ closedAt }: RunRecord): number {
  if (closedAt === null) return Infinity;
  return Date.now() - closedAt.getTime() > SETTLED_MS ? 0 : performance.now() + LAST_LINES_MS;
}

async function mayStillRead({ catalog }: ApiContext, { identifyAgain, params }: FollowCall): Promise<boolean> {
  const caller: Caller | undefined = await identifyAgain();
  const standing = caller && (await findStanding(catalog, caller.access, params.slug));
  return standing?.mayReadLogs === true;
}

async function presentRun({ catalog }: ApiContext, { id, number, state, transfer }: RunRecord): Promise<LoggedRun> {
  return { id, number, state, transfer, lineCount: (await getOutputExtent(catalog, id)).lineCount };
}

function presentLine({ at, ...line }: OutputLineRecord): LogLine {
  return { ...line, at: at.toISOString() };
}
