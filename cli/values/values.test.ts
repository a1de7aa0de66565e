import { InvalidArgumentError } from 'commander';
import { collectParameter } from './collect-parameter.ts';
import { parseBoolean } from './parse-boolean.ts';
import { parseDate, parseDatetime } from './parse-datetime.ts';
import { parseDurationMs } from './parse-duration.ts';
import { integerBetween, parseInteger, parseNumber } from './parse-number.ts';
import { parseSizeBytes } from './parse-size.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['30', 30_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['90d', 7_776_000_000],
])('the duration %s is %d ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

test.each([
  ['1048576', 1_048_576],
  ['500MB', 500_000_000],
  ['500m', 500_000_000],
  ['10GiB', 10 * 1024 ** 3],
  ['1.5 KiB', 1536],
  ['12 B', 12],
])('the size %s is %d bytes', (text, bytes) => expect(parseSizeBytes(text)).toBe(bytes));

test.each([
  ['2024-06-30T12:00:00+02:00', '2024-06-30T10:00:00.000Z'],
  ['2024-06-30T12:00:00-0330', '2024-06-30T15:30:00.000Z'],
  ['2024-06-30 12:00', '2024-06-30T12:00:00.000Z'],
  ['2024-06-30T12:00:00.5z', '2024-06-30T12:00:00.500Z'],
])('the datetime %s is %s', (text, iso) => expect(parseDatetime(text)).toBe(iso));

test.each([
  ['true', true],
  ['Yes', true],
  ['0', false],
  ['off', false],
])('%s is %s', (text, value) => expect(parseBoolean(text)).toBe(value));

test('numbers keep their sign', () => {
  expect(parseNumber('-12.5e2')).toBe(-1250);
  expect(parseInteger('-12')).toBe(-12);
});

test('a parameter is JSON where it is JSON, else text', () => {
  const given = ['alpha=0.5', 'name=Adelie', 'list=[1,2]', 'formula=a=b', 'none='];
  expect(given.reduce((before, it) => collectParameter(it, before), {})).toEqual({
    ...{ alpha: 0.5, name: 'Adelie', list: [1, 2], formula: 'a=b', none: '' },
  });
});

test.each([
  ['duration', () => parseDurationMs('soon')],
  ['duration without a number', () => parseDurationMs('s')],
  ['size', () => parseSizeBytes('big')],
  ['empty size', () => parseSizeBytes('')],
  ['size beyond what is exact', () => parseSizeBytes('99999PiB')],
  ['datetime without a time', () => parseDatetime('2024-06-30')],
  ['date that is not in the calendar', () => parseDate('2024-02-30')],
  ['boolean', () => parseBoolean('maybe')],
  ['empty number', () => parseNumber(' ')],
  ['infinite number', () => parseNumber('1e999')],
  ['broken integer', () => parseInteger('1.5')],
  ['integer beyond what is exact', () => parseInteger('9007199254740993')],
  ['number out of range', () => integerBetween(1, 5)('6')],
  ['parameter without a key', () => collectParameter('=1')],
])('a faulty %s is refused', (_what, parse) => expect(parse).toThrow(InvalidArgumentError));
