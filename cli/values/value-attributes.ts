import type { Attribute } from '../../shared/contract/attributes.ts';
import { parseBoolean } from './parse-boolean.ts';
import { parseDate, parseDatetime } from './parse-datetime.ts';
import { parseInteger, parseNumber } from './parse-number.ts';
import { parseSizeBytes } from './parse-size.ts';

type ValueType = Exclude<Attribute['type'], 'lat-long'>;

export interface ValueAttribute {
  type: ValueType;
  /** What the value is, for the help. */
  value: string;
  /** A key and a value for the help. */
  example: string;
  /** Reads the value as the type has it; a text when absent. */
  parse?(text: string): string | number | boolean;
}

/** How the value of an attribute of each type is given; a place is two numbers. */
export const VALUE_ATTRIBUTES: readonly ValueAttribute[] = [
  { type: 'char', value: 'a text', example: 'species Adelie' },
  { type: 'float', value: 'a number', example: 'mass 3700.5', parse: parseNumber },
  {
    type: 'datetime',
    value: 'a date and time in ISO 8601, in UTC unless it has an offset',
    example: 'sampled 2007-11-11T09:30:00-03:00',
    parse: parseDatetime,
  },
  { type: 'date', value: 'a date: YYYY-MM-DD', example: 'hatched 2007-11-11', parse: parseDate },
  { type: 'integer', value: 'a whole number', example: 'individuals 52', parse: parseInteger },
  { type: 'filesize', value: 'a size: 1048576, 500MB or 10GiB', example: 'raw 10GiB', parse: parseSizeBytes },
  { type: 'boolean', value: 'true or false', example: 'breeding true', parse: parseBoolean },
  { type: 'url', value: 'a web address', example: 'source https://example.org/data' },
];
