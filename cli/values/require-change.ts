import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** The fields of a change. Throws `invalid-input` when none of them is given. */
export function requireChange<Fields extends object>(fields: Fields): Fields {
  if (Object.values(fields).some((value) => value !== undefined)) return fields;
  throw new CrunchError('invalid-input', 'What should change? Give at least one of the options; --help lists them.');
}
