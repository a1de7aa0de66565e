import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { followLog } from '../../../client/index.ts';
import type { LoggedRun } from '../../../shared/contract/logs.ts';
import { crunch } from '../../connection/crunch.ts';
import type { LogName } from './queries.ts';

/**
 * A run as it is by now, which was `start` when its log was opened. Not followed while the page is hidden: a browser has
 * few connections to one server.
 */
export function useLoggedRun({ slug, run }: LogName, start: LoggedRun): LoggedRun {
  const [current, setCurrent] = useState(start);
  const { lineCount } = start;
  const isHidden = useDocumentVisibility() === 'hidden';
  useEffect(() => {
    const closing = new AbortController();
    // What is on the page stays; why no more comes, the next question tells.
    if (!isHidden) followRun({ slug, run }, lineCount, setCurrent, closing.signal).catch(() => undefined);
    return () => closing.abort();
  }, [slug, run, lineCount, isHidden]);
  return current;
}

async function followRun(
  { slug, run }: LogName,
  from: number,
  onNews: (run: LoggedRun) => void,
  signal: AbortSignal,
): Promise<void> {
  const input = { params: { slug }, query: { run, cursor: String(from) } };
  for await (const news of followLog(crunch, input, { signal })) onNews(news.run);
}
