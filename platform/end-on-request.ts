import { signalGroup } from './process-group.ts';

/** Node's timers can't run longer; they would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type EndCause = 'abort' | 'timeout';

interface EndRequest {
  signal: AbortSignal;
  /** Aborting it kills at once, also after a milder request. */
  killSignal?: AbortSignal;
  /** From SIGTERM to SIGKILL. */
  killGraceMs: number;
  timeoutMs?: number;
}

interface Ending {
  /** What asked for the end, if anything did. */
  cause(): EndCause | undefined;
  killNow(): void;
  /** Resolves when SIGKILL was sent. */
  killed: Promise<void>;
  /** To be called when the program has ended. */
  disarm(): void;
}

/** Ends a process group when its caller aborts or its time is over: SIGTERM, a grace, SIGKILL. */
export function endOnRequest(groupId: number, request: EndRequest): Ending {
  const { signal, killSignal, killGraceMs, timeoutMs } = request;
  let cause: EndCause | undefined;
  let limit: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  let confirmKill!: () => void;
  const killed = new Promise<void>((resolve) => (confirmKill = resolve));

  const killNow = () => {
    signalGroup(groupId, 'SIGKILL');
    confirmKill();
  };
  const end = (newCause: EndCause) => {
    if (cause) return;
    cause = newCause;
    signalGroup(groupId, 'SIGTERM');
    grace = setTimeout(killNow, killGraceMs);
  };
  const endByAbort = () => end('abort');
  const killByAbort = () => {
    cause ??= 'abort';
    killNow();
  };

  killSignal?.addEventListener('abort', killByAbort, { once: true });
  if (killSignal?.aborted) killByAbort();
  signal.addEventListener('abort', endByAbort, { once: true });
  if (signal.aborted) endByAbort();
  if (timeoutMs !== undefined && timeoutMs <= LONGEST_TIMER_MS) limit = setTimeout(() => end('timeout'), timeoutMs);
  return {
    cause: () => cause,
    killNow,
    killed,
    disarm: () => {
      killSignal?.removeEventListener('abort', killByAbort);
      signal.removeEventListener('abort', endByAbort);
      clearTimeout(limit);
      clearTimeout(grace);
    },
  };
}
