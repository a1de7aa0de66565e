import { useQueries } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../../ui/problem.tsx';
import classes from './log-view.module.css';
import { logPageQuery, PAGE_LINES, type LogName } from './queries.ts';
import { findLinesInSight, LINE_PX, type Sight } from './lines-in-sight.ts';

interface LogLinesProps {
  log: LogName;
  lineCount: number;
  /** The number of a line to be shown. */
  wanted: number | undefined;
}

/** The lines of a log, of which the page holds only those in sight. Who is at the end stays there when more come. */
export function LogLines({ log, lineCount, wanted }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [sight, setSight] = useState<Sight>({ topPx: Infinity, heightPx: 0 });
  const { first, last } = findLinesInSight(sight, lineCount);
  const answers = useQueries({
    queries: pagesOf(first, last).map((page) =>
      logPageQuery(log, { page, lineCount: Math.min(lineCount, (page + 1) * PAGE_LINES) }),
    ),
  });
  const lines = new Map(answers.flatMap(({ data }) => data?.items ?? []).map((line) => [line.number, line]));
  const failed = answers.find(({ error }) => error !== null);

  useEffect(() => {
    if (isAtEnd.current && box.current) box.current.scrollTop = lineCount * LINE_PX;
  }, [lineCount]);
  useEffect(() => {
    if (wanted === undefined || !box.current) return;
    box.current.scrollTop = wanted * LINE_PX - box.current.clientHeight / 2;
  }, [wanted]);

  return (
    <>
      {failed && <Problem title="Can't show the log" error={failed.error} retry={() => void failed.refetch()} />}
      <div
        ref={box}
        className={classes.box}
        role="group"
        aria-label={`Log of run ${log.run}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that a keyboard can scroll it
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < LINE_PX;
          setSight({ topPx: scrollTop, heightPx: clientHeight });
        }}
      >
        <div className={classes.lines} style={{ height: lineCount * LINE_PX }}>
          {numbersOf(first, last).map((number) => {
            const line = lines.get(number);
            return (
              <div
                key={number}
                className={`${classes.line} ${number === wanted ? classes.wanted : ''}`}
                style={{ top: (number - 1) * LINE_PX }}
                title={line && `${line.stage} ${new Date(line.at).toLocaleString()}`}
              >
                <span className={classes.number}>{number}</span>
                {line?.text}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

/** The pages on which the lines from one number to another one stand. */
function pagesOf(first: number, last: number): number[] {
  return numbersOf(Math.floor((first - 1) / PAGE_LINES), Math.floor((last - 1) / PAGE_LINES));
}

function numbersOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
