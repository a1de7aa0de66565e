import type { FormErrors } from '@mantine/form';
import { Problem } from './problem.tsx';

interface FormFaultsProps {
  /** What did not happen: `The project was not added`. */
  title: string;
  /** Faults that stand beside their fields too. */
  errors: FormErrors;
  /** What the server said. */
  error: unknown;
}

/** The summary of a form's faults, which is read out when it appears. */
export function FormFaults({ title, errors, error }: FormFaultsProps) {
  const names = Object.keys(errors).map((path) => path.replace(/\.(\d+)\./g, (_, row) => ` ${Number(row) + 1} `));
  if (names.length > 0) {
    const fields = names.length === 1 ? 'One field needs' : `${names.length} fields need`;
    return <Problem title={title} error={new Error(`${fields} another look: ${names.join(', ')}.`)} />;
  }
  return error ? <Problem title={title} error={error} /> : null;
}
