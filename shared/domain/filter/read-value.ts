import { DATASET_STATES } from '../dataset-state.ts';
import { readDurationMs } from '../read-duration.ts';
import { readSizeBytes } from '../read-size.ts';
import type { FieldKind } from './filter-fields.ts';
import { FilterError } from './filter-error.ts';
import type { FilterValue } from './filter-tree.ts';
import type { Token } from './read-tokens.ts';
import { suggestWord } from './suggest-word.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?$/i;
const AGO = /^([+-])(\d.*[a-z])$/i;
const MOST_AGO_MS = 1000 * 366 * 86_400_000;

/** The value that a token gives to a field of a kind. Throws FilterError. */
export function readFieldValue(token: Token, kind: FieldKind): FilterValue {
  const read = READERS[kind];
  return read(token);
}

/**
 * The value that a token gives to an attribute: a quoted one is a text, a bare one what it looks like. Only with `~` it
 * is always a text.
 */
export function readAttributeValue({ kind, text }: Token): FilterValue {
  const found =
    kind === 'quoted' ? undefined : (readNumber(text) ?? readSize(text) ?? readBoolean(text) ?? readTime(text));
  return found ?? { type: 'text', text };
}

const READERS: Record<FieldKind, (token: Token) => FilterValue> = {
  text: ({ text }) => ({ type: 'text', text }),
  search: ({ text }) => ({ type: 'text', text }),
  state: (token) => {
    const state = DATASET_STATES.find((it) => it === token.text.toLowerCase());
    if (state !== undefined) return { type: 'text', text: state };
    throw refuse(
      token,
      'is no state',
      suggestWord(token.text, DATASET_STATES, `; give one of ${DATASET_STATES.join(', ')}`),
    );
  },
  number: (token) => readNumber(token.text) ?? fail(token, 'is no number'),
  size: (token) =>
    readNumber(token.text) ?? readSize(token.text) ?? fail(token, 'is no size; give one such as 500MB or 10GiB'),
  boolean: (token) => readBoolean(token.text) ?? fail(token, 'is neither true nor false'),
  time: (token) => readTime(token.text) ?? fail(token, adviseTime(token.text)),
};

function readNumber(text: string): FilterValue | undefined {
  const number = Number(text);
  return NUMBER.test(text) && Number.isFinite(number) ? { type: 'number', number } : undefined;
}

/** A size with its unit. */
function readSize(text: string): FilterValue | undefined {
  const sizeBytes = /b$/i.test(text) ? readSizeBytes(text) : undefined;
  return sizeBytes === undefined ? undefined : { type: 'number', number: sizeBytes };
}

function readBoolean(text: string): FilterValue | undefined {
  return /^(true|false)$/i.test(text) ? { type: 'boolean', boolean: text.toLowerCase() === 'true' } : undefined;
}

function readTime(text: string): FilterValue | undefined {
  if (DATE.test(text)) return isMoment(`${text}T00:00:00Z`) ? { type: 'date', date: text } : undefined;
  const [, local, zone = 'Z'] = TIME.exec(text) ?? [];
  if (local !== undefined) {
    const moment = `${local}${zone}`.toUpperCase();
    return isMoment(moment) ? { type: 'time', time: new Date(moment).toISOString() } : undefined;
  }
  const [, sign, duration = ''] = AGO.exec(text) ?? [];
  const durationMs = readDurationMs(duration);
  if (sign === undefined || durationMs === undefined || durationMs > MOST_AGO_MS) return undefined;
  return { type: 'ago', agoMs: sign === '-' ? durationMs : -durationMs };
}

/** Whether there is such a moment in the years that the catalog knows: 30 February is none. */
function isMoment(iso: string): boolean {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return false;
  const [year, day] = [moment.getUTCFullYear(), Number(iso.slice(8, 10))];
  const lastDay = new Date(Date.UTC(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)), 0)).getUTCDate();
  return year >= 1 && year <= 9999 && day <= lastDay;
}

function adviseTime(text: string): string {
  return readDurationMs(text) !== undefined && /[a-z]$/.test(text)
    ? `is no time: for “${text} ago” write -${text}`
    : 'is no time; give a date such as 2024-02-29, a time such as 2024-02-29T12:30Z, or how long ago: -7d, -12h, -30m';
}

function fail(token: Token, reason: string): never {
  throw refuse(token, reason);
}

function refuse({ at, text }: Token, reason: string, advice = ''): FilterError {
  return new FilterError(at, `“${text}” ${reason}${advice}`);
}
