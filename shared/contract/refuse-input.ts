import type { z } from 'zod';
import { CrunchError, type FieldFault } from '../errors/crunch-error.ts';

/** The `invalid-input` for what a schema refuses. Each fault is said once: with its field, or in the message. */
export function refuseInput(message: string, { issues }: z.ZodError): CrunchError {
  const faults = issues.flatMap(faultsOf);
  const general = faults.filter(({ path }) => path === '').map((fault) => fault.message);
  const reason = general.length > 0 ? `: ${general.join('; ')}` : '';
  return new CrunchError('invalid-input', `${message}${reason}.`, { fields: faults.filter(({ path }) => path !== '') });
}

/** An issue about fields that nobody knows names them beside its path. */
function faultsOf(issue: z.core.$ZodIssue): FieldFault[] {
  const { code, path, message } = issue;
  if (code !== 'unrecognized_keys') return [{ path: path.join('.'), message }];
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known here' }));
}
