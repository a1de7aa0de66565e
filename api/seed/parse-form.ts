import { CrunchError, type FieldFault } from '../../shared/errors/crunch-error.ts';
import type { Field } from './fields.ts';

/** The fields of a request, by their names. */
export type Form = Record<string, Field>;

type ValueOf<F> = F extends Field<infer Value> ? Value : never;

/** What a form holds; what was not sent is absent. */
export type FormValues<F extends Form> = { [Name in keyof F]?: ValueOf<F[Name]> };

/** What was sent. */
export interface SentForm {
  values: Record<string, unknown>;
  /** An HTML form can't tell a box that is not ticked from one that is not there. */
  isHtmlForm: boolean;
}

/**
 * Reads the fields of a form; those that it doesn't know are left alone. With `partial`, none has to be there. Throws
 * `invalid-input` with a fault for each field that is not right.
 */
export function parseForm<F extends Form>(form: F, sent: SentForm, { partial = false } = {}): FormValues<F> {
  const values: Record<string, unknown> = {};
  const faults: FieldFault[] = [];
  for (const [name, field] of Object.entries(form)) {
    const isSent = Object.hasOwn(sent.values, name);
    const value = isSent ? sent.values[name] : sent.isHtmlForm && !partial ? field.absentInForm : undefined;
    if (value === undefined) {
      if (field.metadata.required && !partial) faults.push({ path: name, message: 'This field is required.' });
      continue;
    }
    if (value === null || (value === '' && field.emptyIsNull)) {
      if (field.nullValue === undefined) faults.push({ path: name, message: 'This field may not be null.' });
      else values[name] = field.nullValue;
      continue;
    }
    const result = field.schema.safeParse(value);
    if (result.success) values[name] = result.data;
    else faults.push({ path: name, message: result.error.issues[0]?.message ?? 'Invalid value.' });
  }
  if (faults.length > 0) throw new CrunchError('invalid-input', 'Fields are not right.', { fields: faults });
  return values as FormValues<F>;
}

/** The error for one field. */
export function fieldError(path: string, message: string): CrunchError {
  return new CrunchError('invalid-input', message, { fields: [{ path, message }] });
}
