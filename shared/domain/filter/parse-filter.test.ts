import { FilterError } from './filter-error.ts';
import type { FilterTree } from './filter-tree.ts';
import { parseFilter } from './parse-filter.ts';
import { quoteText } from './quote-text.ts';

const failed: FilterTree = {
  kind: 'compare',
  subject: { field: 'state' },
  operator: '=',
  value: { type: 'text', text: 'failed' },
};
const held = (boolean: boolean): FilterTree => ({
  kind: 'compare',
  subject: { field: 'held' },
  operator: '=',
  value: { type: 'boolean', boolean },
});
const a = held(true);
const b = held(false);

function attributeValue(text: string) {
  const tree = parseFilter(`attr.x = ${text}`);
  return tree?.kind === 'compare' ? tree.value : undefined;
}

test.each<[string, FilterTree | undefined]>([
  ['', undefined],
  ['  \n', undefined],
  ['state = failed', failed],
  ['STATE=Failed', failed],
  [`state = "failed"`, failed],
  ['state != failed', { kind: 'not', term: failed }],
  ['(((state = failed)))', failed],
  ['not not state = failed', { kind: 'not', term: { kind: 'not', term: failed } }],
  [
    'state in (failed, cancelled)',
    {
      kind: 'in',
      subject: { field: 'state' },
      values: [
        { type: 'text', text: 'failed' },
        { type: 'text', text: 'cancelled' },
      ],
    },
  ],
  [
    'host not in (lab)',
    { kind: 'not', term: { kind: 'in', subject: { field: 'host' }, values: [{ type: 'text', text: 'lab' }] } },
  ],
  ['stage is empty', { kind: 'empty', subject: { field: 'stage' } }],
  ['attr.depth is not empty', { kind: 'not', term: { kind: 'empty', subject: { attribute: 'depth' } } }],
  [
    'size >= 1.5GiB',
    {
      kind: 'compare',
      subject: { field: 'size' },
      operator: '>=',
      value: { type: 'number', number: 1_610_612_736 },
    },
  ],
  [
    'text ~ "coral reef"',
    { kind: 'compare', subject: { field: 'text' }, operator: '~', value: { type: 'text', text: 'coral reef' } },
  ],
  [
    'updated<-7d',
    { kind: 'compare', subject: { field: 'updated' }, operator: '<', value: { type: 'ago', agoMs: 604_800_000 } },
  ],
  [
    'attr."water temp (°C)"~12',
    {
      kind: 'compare',
      subject: { attribute: 'water temp (°C)' },
      operator: '~',
      value: { type: 'text', text: '12' },
    },
  ],
])('reads %s', (text, tree) => {
  expect(parseFilter(text)).toEqual(tree);
});

test.each<[string, FilterTree]>([
  ['held=true or held=false and held=true', { kind: 'or', terms: [a, { kind: 'and', terms: [b, a] }] }],
  ['(held=true or held=false) and held=true', { kind: 'and', terms: [{ kind: 'or', terms: [a, b] }, a] }],
  ['not held=true and held=false', { kind: 'and', terms: [{ kind: 'not', term: a }, b] }],
  ['held=true AND held=true And held=false', { kind: 'and', terms: [a, a, b] }],
])('“not” binds closest, then “and”, then “or”: %s', (text, tree) => {
  expect(parseFilter(text)).toEqual(tree);
});

test.each([
  ['10', { type: 'number', number: 10 }],
  ['-2.5e-3', { type: 'number', number: -0.0025 }],
  ['5GB', { type: 'number', number: 5_000_000_000 }],
  ['true', { type: 'boolean', boolean: true }],
  ['2024-02-29', { type: 'date', date: '2024-02-29' }],
  ['2024-02-29T12:30', { type: 'time', time: '2024-02-29T12:30:00.000Z' }],
  ['2024-02-29T12:30:01.5+02:00', { type: 'time', time: '2024-02-29T10:30:01.500Z' }],
  ['-12h', { type: 'ago', agoMs: 43_200_000 }],
  ['+1w', { type: 'ago', agoMs: -604_800_000 }],
  ['Adélie', { type: 'text', text: 'Adélie' }],
  ['"10"', { type: 'text', text: '10' }],
  ["'true'", { type: 'text', text: 'true' }],
  [String.raw`"say \"hi\" \\ 'ho'"`, { type: 'text', text: String.raw`say "hi" \ 'ho'` }],
  ['2023-02-29', { type: 'text', text: '2023-02-29' }],
  ['0000-01-01', { type: 'text', text: '0000-01-01' }],
  ['1e999', { type: 'text', text: '1e999' }],
])('the value %s of an attribute is %j', (text, value) => {
  expect(attributeValue(text)).toEqual(value);
});

test.each([
  ['stat = failed', 0, 'there is no field “stat”: did you mean state?'],
  ['state = faild', 8, '“faild” is no state: did you mean failed?'],
  ['state = blue', 8, '“blue” is no state; give one of draft,'],
  ['colour = 1', 0, 'there is no field “colour”; fields are name,'],
  ['state', 5, 'after the field comes =,'],
  ['state =', 7, 'the end stands where a value is expected'],
  ['state = and', 8, 'put it in quotes'],
  ['state > failed', 6, 'state can’t be compared by >, only by =, !=, in'],
  ['text = reef', 5, 'only by ~'],
  ['state like failed', 6, '“like” stands where'],
  ['state = failed host = a', 15, 'is “and” or “or” missing?'],
  ['state = failed)', 14, '“)” is not expected here'],
  ['(state = failed', 15, 'the bracket is never closed'],
  ['state in failed', 9, 'comes a list in brackets'],
  ['state in (failed cancelled)', 17, 'is a comma missing?'],
  ['state in ()', 10, '“)” stands where a value is expected'],
  ['name = "x', 7, 'this quote is never closed'],
  ['! state = failed', 0, 'write != or not'],
  ['= 1', 0, '“=” stands where a field is expected'],
  ['"state" = failed', 0, 'the text “state” stands where a field is expected'],
  ['attr. = 1', 0, 'the attribute has no key'],
  ['attr. "x" = 1', 0, 'the attribute has no key'],
  ['attr."" = 1', 0, 'the attribute has no key'],
  ['attr.depth > 10m', 13, 'is neither number nor time'],
  ['updated < 7d', 10, 'for “7d ago” write -7d'],
  ['updated < yesterday', 10, 'give a date such as'],
  ['updated < 2023-02-29', 10, 'is no time'],
  ['updated < -9999999d', 10, 'is no time'],
  ['runs > many', 7, '“many” is no number'],
  ['size > 5 apples', 9, 'is “and” or “or” missing?'],
  ['size > 5apples', 7, 'is no size'],
  ['held = maybe', 7, 'is neither true nor false'],
  ['name is empty', 8, 'name is never empty'],
  ['stage is full', 9, 'after “is” comes empty or not empty'],
  ['text ~ " "', 7, 'there is nothing to look for'],
  ['text ~ "--"', 7, 'there is nothing to look for'],
  ['text ~ "a b c d e f g h i j k"', 7, 'there are more than 10 words'],
  ['name = a\0', 8, 'a NUL character'],
])('says what is wrong with %j', (text, at, reason) => {
  expect(() => parseFilter(text)).toThrow(
    expect.objectContaining({ at, message: expect.stringContaining(`at character ${at + 1}: `) }),
  );
  expect(() => parseFilter(text)).toThrow(reason);
});

test('length, comparisons and depth have bounds', () => {
  const times = (count: number, part: string, joint = '') => Array.from({ length: count }, () => part).join(joint);
  expect(parseFilter(times(50, 'runs=1', ' or '))).toMatchObject({ kind: 'or' });
  expect(() => parseFilter(times(51, 'runs=1', ' or '))).toThrow('more than 50 comparisons');
  expect(parseFilter(`${times(50, '(')}runs=1${times(50, ')')}`)).toMatchObject({ kind: 'compare' });
  expect(() => parseFilter(`${times(51, '(')}runs=1${times(51, ')')}`)).toThrow('more than 50 levels deep');
  expect(() => parseFilter(`${times(51, 'not ')}runs=1`)).toThrow('more than 50 levels deep');
  expect(() => parseFilter(`name = ${times(2000, 'x')}`)).toThrow('longer than 2000 characters');
});

test('a quoted text is read as it is', () => {
  for (const text of ['plain', 'say "hi"', String.raw`back\slash`, `'`, ' x ', 'and', 'emoji 🪸']) {
    expect(attributeValue(quoteText(text))).toEqual({ type: 'text', text });
  }
});

function faultOf(text: string): unknown {
  try {
    parseFilter(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

test('any text is read or refused with a place in it', () => {
  const pieces = [
    ...['state', 'attr.', 'attr.x', 'size', 'updated', 'text', 'and', 'or', 'not', 'in', 'is', 'empty'],
    ...['=', '!=', '<', '<=', '~', '!', '(', ')', ',', '"', "'", '\\', '-7d', '2024-02-29', '5GiB', '1e5', 'failed'],
    ...['\0', '\n', ' ', '🪸', '\ud800', 'é', '-', '.', ':', '"a b"'],
  ];
  let seed = 1;
  const draw = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: draw(14) }, () => pieces[draw(pieces.length)] + (draw(3) ? ' ' : '')).join('');
    const error = faultOf(text);
    expect(error === undefined || (error instanceof FilterError && error.at <= text.length)).toBe(true);
  }
});
