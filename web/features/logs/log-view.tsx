import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LoggedRun } from '../../../shared/contract/logs.ts';
import { Answer } from '../../ui/answer.tsx';
import { Empty } from '../../ui/empty.tsx';
import { LogHits } from './log-hits.tsx';
import { LogLines } from './log-lines.tsx';
import classes from './log-view.module.css';
import { logStartQuery, type LogName } from './queries.ts';
import { useLoggedRun } from './use-logged-run.ts';

interface LogViewProps {
  log: LogName;
  /** Gets the run whenever something of it is new. */
  onNews: (run: LoggedRun) => void;
}

/** What a run printed, as it does: the newest lines, or those with a text. */
export function LogView({ log, onNews }: LogViewProps) {
  const start = useQuery(logStartQuery(log));
  return (
    <Answer query={start} what="the log">
      {({ run }) => <OpenLog log={log} start={run} onNews={onNews} />}
    </Answer>
  );
}

function OpenLog({ log, start, onNews }: LogViewProps & { start: LoggedRun }) {
  const run = useLoggedRun(log, start);
  const { lineCount } = run;
  useEffect(() => onNews(run), [onNews, run]);
  const [search, setSearch] = useState('');
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState<number>();
  if (lineCount === 0) return <Empty>It has printed nothing.</Empty>;
  return (
    <>
      <form
        className={classes.search}
        onSubmit={(event) => {
          event.preventDefault();
          setSearch(typed.trim());
        }}
      >
        <TextInput
          type="search"
          aria-label="Search the log"
          placeholder="Search the log"
          value={typed}
          maxLength={200}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
            if (value === '') setSearch('');
          }}
        />
      </form>
      {search !== '' && <LogHits log={log} search={search} onChoose={setWanted} />}
      <LogLines log={log} lineCount={lineCount} wanted={wanted} />
    </>
  );
}
