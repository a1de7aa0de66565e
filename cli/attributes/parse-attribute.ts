import { InvalidArgumentError } from 'commander';
import type { Attribute } from '../../shared/contract/attributes.ts';
import type { AttributeType } from '../../shared/domain/attribute-type.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { parseLatitude, parseLongitude } from '../values/parse-lat-long.ts';
import { VALUE_ATTRIBUTES } from '../values/value-attributes.ts';

/** An attribute of that type from what a person typed as its value. Throws `invalid-input`. */
export function parseAttribute({ key, type }: { key: string; type: AttributeType }, texts: string[]): Attribute {
  const [first = '', second, ...rest] = texts;
  try {
    if (type === 'lat-long') {
      if (second === undefined || rest.length > 0) throw new InvalidArgumentError('Give latitude and longitude.');
      return { key, type, latitude: parseLatitude(first), longitude: parseLongitude(second) };
    }
    if (second !== undefined) throw new InvalidArgumentError('Give one value; quote one that has blanks.');
    const { parse } = VALUE_ATTRIBUTES.find((it) => it.type === type) ?? {};
    // `parse` and `type` stand in one row of the table, which the compiler can't follow.
    return { key, type, value: parse ? parse(first) : first } as Attribute;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CrunchError('invalid-input', `“${texts.join(' ')}” is no value of the type ${type}. ${error.message}`);
  }
}
