import { Button } from '@mantine/core';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import classes from './problem.module.css';

interface ProblemProps {
  /** What could not be done: `The projects can't be shown`. */
  title: string;
  error: unknown;
  retry?: () => void;
}

/** An error in the server's words; with the request's id, for those who read its log, where nobody foresaw it. */
export function Problem({ title, error, retry }: ProblemProps) {
  const { requestId, fields, httpStatus } =
    error instanceof CrunchError ? error : { requestId: undefined, fields: [], httpStatus: 0 };
  return (
    <div className={classes.problem} role="alert">
      <p className={classes.title}>{title}</p>
      <p>{messageOf(error)}</p>
      {fields.map(({ path, message }) => (
        <p key={path}>
          <strong>{path}</strong> {message}
        </p>
      ))}
      {requestId !== undefined && httpStatus >= 500 && <p className={classes.id}>Request {requestId}</p>}
      {retry && (
        <Button size="xs" variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
