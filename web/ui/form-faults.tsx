import type { FormErrors } from '@mantine/form';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { Problem } from './problem.tsx';

interface FormFaultsProps {
  /** What did not happen: `The project was not added`. */
  title: string;
  /** Faults that stand beside their fields too. */
  errors: FormErrors;
  /** What the server said. */
  error: unknown;
  /** The fields as the form shows them; of rows, by `<list>.<field>`. */
  labels: Readonly<Record<string, string>>;
}

/** The summary of a form's faults, which is read out when it appears. */
export function FormFaults({ title, errors, error, labels }: FormFaultsProps) {
  const names = Object.keys(errors).map((path) => nameField(path, labels));
  if (names.length > 0) {
    const fields = names.length === 1 ? 'One field needs' : `${names.length} fields need`;
    return <Problem title={title} error={new Error(`${fields} another look: ${names.join(', ')}.`)} />;
  }
  if (!error) return null;
  return <Problem title={title} error={error instanceof CrunchError ? inWordsOfForm(error, labels) : error} />;
}

/** `attributes.1.key` → `Key 2`. */
function nameField(path: string, labels: FormFaultsProps['labels']): string {
  const [, list = '', row = '', field = ''] = /^(\w+)\.(\d+)\.(\w+)$/.exec(path) ?? [];
  if (list !== '') return `${labels[`${list}.${field}`] ?? field} ${Number(row) + 1}`;
  return labels[path] ?? labels[path.split('.').at(-1) ?? path] ?? path;
}

function inWordsOfForm(error: CrunchError, labels: FormFaultsProps['labels']): CrunchError {
  const fields = error.fields.map(({ path, message }) => ({ path: nameField(path, labels), message }));
  return new CrunchError(error.code, error.message, { fields, requestId: error.requestId });
}
