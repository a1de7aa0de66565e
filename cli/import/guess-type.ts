import type { AttributeType } from '../../shared/domain/attribute-type.ts';
import { accepts } from '../values/accepts.ts';
import { parseDate, parseDatetime } from '../values/parse-datetime.ts';
import { parseLatLong } from '../values/parse-lat-long.ts';
import { parseInteger, parseNumber } from '../values/parse-number.ts';
import type { Cell } from './table-row.ts';

interface Guess {
  type: AttributeType;
  /** Whether a cell could be of that type. It errs on the side of no: what is taken for a text loses nothing. */
  fits(text: string): boolean;
  /** Not for texts of JSON, whose writer had numbers and booleans for these. */
  isBare?: true;
}

// Numbers with leading zeros or a plus are names or telephone numbers, and such as “12345678901234567890” would lose
// digits. Places need decimal points: “1,5” is a number to many.
const INTEGER = /^-?(0|[1-9]\d*)$/;
const FLOAT = /^-?(0|[1-9]\d*)?(\.\d+)?(e[+-]?\d+)?$/i;
const LAT_LONG = /^-?\d+\.\d+\s*,\s*-?\d+\.\d+$/;

const GUESSES: readonly Guess[] = [
  { type: 'integer', fits: (text) => INTEGER.test(text) && accepts(parseInteger, text), isBare: true },
  {
    type: 'float',
    fits: (text) => FLOAT.test(text) && accepts(INTEGER.test(text) ? parseInteger : parseNumber, text),
    isBare: true,
  },
  { type: 'boolean', fits: (text) => /^(true|false)$/i.test(text), isBare: true },
  { type: 'date', fits: (text) => /^\d{4}-/.test(text) && accepts(parseDate, text) },
  { type: 'datetime', fits: (text) => /^\d{4}-/.test(text) && accepts(parseDatetime, text) },
  { type: 'url', fits: (text) => /^https?:\/\//i.test(text) && text.length <= 1023 && URL.canParse(text) },
  { type: 'lat-long', fits: (text) => LAT_LONG.test(text) && accepts(parseLatLong, text) },
];

/** Finds the type of a column from all of its cells: the first that fits each of them, else `char`. */
export class TypeGuess {
  #left: readonly Guess[] = GUESSES;
  #sawAny = false;

  see({ text, isQuoted = false }: Cell): void {
    const trimmed = text.trim();
    if (trimmed === '' && !isQuoted) return;
    this.#sawAny = true;
    this.#left = this.#left.filter(({ fits, isBare = false }) => !(isBare && isQuoted) && fits(trimmed));
  }

  get type(): AttributeType {
    return (this.#sawAny && this.#left[0]?.type) || 'char';
  }
}
