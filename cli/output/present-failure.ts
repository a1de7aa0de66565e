import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { printable } from './printable.ts';
import { renderFields } from './render-table.ts';
import type { Terminal } from './terminal.ts';

/** Why a failed dataset failed: where, when, by what, with the last lines of its log; empty for any other. */
export function presentFailure(terminal: Terminal, { slug, state, stage, run }: DatasetDetail): string {
  if (state !== 'failed' || run === null) return '';
  const [reason = '', ...logLines] = printable(run.note ?? 'nobody said why')
    .trim()
    .split('\n');
  const where = [stage && ` in ${stage}`, run.host && ` on host ${run.host}`].filter(Boolean).join('');
  const when = run.closedAt === null ? '' : `, ${formatAge(run.closedAt)}`;
  const log = logLines.map((line) => `    ${line}`).join('\n');
  const rest = renderFields(terminal, [
    ['failed by', run.failureClass],
    ['try again', `crunch retry ${slug}`],
  ]);
  const headline = terminal.style(['bold', 'red'], `Failed${where}${when}: ${reason}`);
  return [headline, log, rest].filter(Boolean).join('\n');
}
