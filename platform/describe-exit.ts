import { constants } from 'node:os';
import type { ProcessResult } from './run-process.ts';

/** Says in words how a program ended: “exited with code 3”, “killed by signal 9 (SIGKILL), perhaps out of memory”. */
export function describeExit({ exitCode, signal, endedBy }: Omit<ProcessResult, 'tail'>): string {
  if (endedBy === 'timeout') return 'stopped, since its time was over';
  if (endedBy === 'abort') return 'stopped on request';
  if (signal) return describeSignal(signal);
  // A shell gives 128 + the number of the signal that killed the program it waited for.
  const signalOfChild = exitCode && exitCode > 128 ? signalName(exitCode - 128) : undefined;
  const child = signalOfChild ? ` (a program it started was ${describeSignal(signalOfChild)})` : '';
  return `exited with code ${exitCode}${child}`;
}

function describeSignal(signal: NodeJS.Signals): string {
  const memory = signal === 'SIGKILL' ? ', perhaps out of memory' : '';
  return `killed by signal ${constants.signals[signal]} (${signal})${memory}`;
}

function signalName(number: number): NodeJS.Signals | undefined {
  const entry = Object.entries(constants.signals).find(([, value]) => value === number);
  return entry?.[0] as NodeJS.Signals | undefined;
}
