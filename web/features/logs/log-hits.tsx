import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../ui/answer.tsx';
import { Empty } from '../../ui/empty.tsx';
import classes from './log-view.module.css';
import { logHitsQuery, MOST_HITS, type LogName } from './queries.ts';

interface LogHitsProps {
  log: LogName;
  search: string;
  /** Gets the number of a line that somebody wants to see among the others. */
  onChoose: (number: number) => void;
}

/** The lines of a log with a text. */
export function LogHits({ log, search, onChoose }: LogHitsProps) {
  const hits = useQuery(logHitsQuery(log, search));
  return (
    <Answer query={hits} what="the lines">
      {(lines) =>
        lines.length === 0 ? (
          <Empty>No line has this text.</Empty>
        ) : (
          <>
            <p>{lines.length === MOST_HITS ? `The first ${MOST_HITS} lines with it:` : `${lines.length} lines:`}</p>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that a keyboard can scroll it */}
            <div className={classes.hits} role="group" aria-label="Lines with this text" tabIndex={0}>
              {lines.map(({ number, text }) => (
                <UnstyledButton key={number} className={classes.hit} onClick={() => onChoose(number)}>
                  <span className={classes.number}>{number}</span>
                  {text}
                </UnstyledButton>
              ))}
            </div>
          </>
        )
      }
    </Answer>
  );
}
