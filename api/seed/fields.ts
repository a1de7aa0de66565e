import { z } from 'zod';

/** What OPTIONS tells of a field. */
export interface FieldMetadata {
  type: string;
  required: boolean;
  read_only: boolean;
  label: string;
  [limit: string]: unknown;
}

/** A field of a request, with the words that django-crunch's users know for its faults. */
export interface Field<Value = unknown> {
  /** Takes a form's text and JSON's own type. */
  schema: z.ZodType<Value>;
  metadata: FieldMetadata;
  /** An empty text stands for nothing. */
  emptyIsNull?: true;
  /** What nothing stands for; without it, nothing is refused. */
  nullValue?: Value;
  /** What an absent field of an HTML form stands for: a box that is not ticked. */
  absentInForm?: Value;
}

interface Describe {
  label: string;
  required?: boolean;
}

const describe = (type: string, { label, required = true }: Describe, limits: object = {}): FieldMetadata => ({
  ...{ type, required, read_only: false, label },
  ...limits,
});

export function textField(told: Describe & { maxLength?: number }): Field<string> {
  const { required = true, maxLength } = told;
  const least = required ? z.string().min(1, 'This field may not be blank.') : z.string();
  const most = maxLength === undefined ? least : least.max(maxLength, tooLong(maxLength));
  return { schema: trimmed.pipe(most), metadata: describe('string', told, limit(maxLength)) };
}

export function integerField(told: Describe & { min?: number }): Field<number> {
  const invalid = 'A valid integer is required.';
  const whole = z.preprocess(
    (value) => (typeof value === 'string' && /^\s*[+-]?\d{1,300}(\.0*)?\s*$/.test(value) ? Number(value) : value),
    z.number(invalid).refine(Number.isInteger, invalid),
  );
  const most = Number.MAX_SAFE_INTEGER;
  const least = told.min ?? -most;
  const ranged = whole
    .refine((value) => value >= least, tooSmall(least))
    .refine((value) => value <= most, tooLarge(most));
  return { schema: ranged, metadata: describe('integer', told) };
}

export function floatField(told: Describe): Field<number> {
  const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
  const schema = z.preprocess(
    (value) => (typeof value === 'string' && number.test(value) ? Number(value) : value),
    z.number('A valid number is required.').refine(Number.isFinite, 'A valid number is required.'),
  );
  return { schema, metadata: describe('float', told) };
}

const DEGREE_PLACES = 9;
const DEGREE_DIGITS = 12;

/** Degrees with at most nine decimal places. */
export function degreeField(told: Describe & { most: number }): Field<number> {
  const schema = z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string('A valid number is required.'))
    .transform((text, context) => {
      const value = Number(text.trim() === '' ? Number.NaN : text);
      // Numbers near zero are written with an exponent.
      const [whole = '', places = ''] = (
        /e/i.test(text) ? value.toFixed(DEGREE_DIGITS).replace(/0+$/, '') : text.trim()
      )
        .replace(/^[+-]/, '')
        .split('.');
      const before = DEGREE_DIGITS - DEGREE_PLACES;
      const fault =
        !Number.isFinite(value) || !/^\d*$/.test(whole + places)
          ? 'A valid number is required.'
          : places.length > DEGREE_PLACES
            ? `Ensure that there are no more than ${DEGREE_PLACES} decimal places.`
            : whole.replace(/^0+/, '').length > before
              ? `Ensure that there are no more than ${before} digits before the decimal point.`
              : value > told.most
                ? tooLarge(told.most)
                : value < -told.most
                  ? tooSmall(-told.most)
                  : undefined;
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      return value;
    });
  const limits = { max_digits: DEGREE_DIGITS, decimal_places: DEGREE_PLACES };
  return { schema, metadata: describe('decimal', told, limits) };
}

const TRUE = new Set(['t', 'y', 'yes', 'true', 'on', '1']);
const FALSE = new Set(['f', 'n', 'no', 'false', 'off', '0', '0.0']);

export function booleanField(told: Describe): Field<boolean> {
  const read = (value: unknown): unknown => {
    const word = String(value).toLowerCase();
    return TRUE.has(word) ? true : FALSE.has(word) ? false : undefined;
  };
  const schema = z.preprocess(read, z.boolean('Must be a valid boolean.'));
  return { schema, metadata: describe('boolean', told), absentInForm: false };
}

export function urlField(told: Describe & { maxLength: number }): Field<string> {
  const url = z.string().min(1, 'This field may not be blank.').max(told.maxLength, tooLong(told.maxLength));
  const schema = trimmed.pipe(url).refine((text) => z.url({ protocol: /^https?$/ }).safeParse(text).success, {
    error: 'Enter a valid URL.',
    abort: true,
  });
  return { schema, metadata: describe('url', told, limit(told.maxLength)) };
}

const DATE = String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`;
const TIME = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d*)?)?`;
const ZONE = String.raw`(Z|[+-]\d{2}(?::?\d{2})?)?`;
const DATETIME = new RegExp(`^${DATE}[T ]${TIME}\\s*${ZONE}$`);

/** A time; one without a zone is in UTC. */
export function datetimeField(told: Describe): Field<string> {
  const format = 'YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]';
  const wrong = `Datetime has wrong format. Use one of these formats instead: ${format}.`;
  const schema = z.string(wrong).transform((text, context) => {
    const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] =
      DATETIME.exec(text.trim()) ?? [];
    const date = isoDate(year, month, day);
    const clock = [hour, minute, second].map((part = '') => part.padStart(2, '0')).join(':');
    const offset = zone.replace(/^([+-]\d{2}):?(\d{2})?$/, (_, hours, minutes) => `${hours}:${minutes ?? '00'}`);
    const at = new Date(`${date}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
    if (date !== undefined && !Number.isNaN(at.getTime())) return at.toISOString();
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
  return { schema, metadata: describe('datetime', told) };
}

export function dateField(told: Describe): Field<string> {
  const wrong = 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.';
  const schema = z.string(wrong).transform((text, context) => {
    const [, year, month, day] = new RegExp(`^${DATE}$`).exec(text.trim()) ?? [];
    const date = isoDate(year, month, day);
    if (date !== undefined) return date;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
  return { schema, metadata: describe('date', told) };
}

/** A number that stands for one of some words. */
export function choiceField<Word extends string>(told: Describe, words: Record<number, Word>): Field<Word> {
  const schema = z.unknown().transform((value, context) => {
    const word = words[Number(value)];
    if (word !== undefined && value !== '' && typeof value !== 'boolean') return word;
    context.addIssue({ code: 'custom', message: `"${String(value)}" is not a valid choice.` });
    return z.NEVER;
  });
  const choices = Object.entries(words).map(([value, word]) => ({ value: Number(value), display_name: word }));
  return { schema, metadata: describe('choice', told, { choices }) };
}

/** A field that may hold nothing. */
export function nullable<Value>(field: Field<Value>): Field<Value | null> {
  return { schema: field.schema, metadata: field.metadata, emptyIsNull: true, nullValue: null };
}

/** The slug of another thing; whether that exists shows later. */
export function slugField(told: Describe): Field<string> {
  const schema = z.unknown().transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return { schema, metadata: describe('field', told), emptyIsNull: true };
}

/** The number of another thing; whether that exists shows later. */
export function keyField(told: Describe): Field<number> {
  const schema = z.unknown().transform((value, context) => {
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    if (typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value)) return Number(value);
    const type = typeof value === 'string' ? 'str' : typeof value;
    context.addIssue({ code: 'custom', message: `Incorrect type. Expected pk value, received ${type}.` });
    return z.NEVER;
  });
  return { schema, metadata: describe('field', told), emptyIsNull: true };
}

const trimmed = z
  .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string('Not a valid string.'))
  .refine((text) => !text.includes('\0'), 'Null characters are not allowed.')
  .transform((text) => text.trim());

function isoDate(year = '', month = '', day = ''): string | undefined {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return z.iso.date().safeParse(date).success ? date : undefined;
}

function limit(maxLength: number | undefined): object {
  return maxLength === undefined ? {} : { max_length: maxLength };
}

function tooLong(most: number): string {
  return `Ensure this field has no more than ${most} characters.`;
}

function tooSmall(least: number): string {
  return `Ensure this value is greater than or equal to ${least}.`;
}

function tooLarge(most: number): string {
  return `Ensure this value is less than or equal to ${most}.`;
}
