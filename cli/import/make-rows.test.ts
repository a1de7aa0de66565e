import { RowFaults } from '../../shared/errors/row-faults.ts';
import { makeRows, type LocalRow } from './make-rows.ts';
import { findColumns } from './table-columns.ts';
import type { TableRow } from './table-row.ts';

type Cells = Record<string, string | string[]>;

async function* tableOf(rows: Cells[]): AsyncGenerator<TableRow> {
  for (const [index, cells] of rows.entries()) {
    const pairs = Object.entries(cells).flatMap(([header, texts]) => [texts].flat().map((text) => ({ header, text })));
    yield { row: index + 2, cells: pairs.filter(({ text }) => text !== '') };
  }
}

async function make(rows: Cells[], defaults = { project: 'p', held: false, queue: false }) {
  const faults = new RowFaults(100);
  const columns = await findColumns(tableOf(rows), { hasProject: true });
  const made: LocalRow[] = [];
  for await (const row of makeRows(tableOf(rows), columns, defaults, faults)) made.push(row);
  return { made, faults: linesOf(faults), columns };
}

function linesOf(faults: RowFaults): string[] {
  try {
    faults.throwIfFound();
    return [];
  } catch (error) {
    return (error as { fields: { path: string; message: string }[] }).fields.map((it) => `${it.path}: ${it.message}`);
  }
}

test.each<[string, Cells, unknown[]]>([
  ['a number', { depth: '12.5' }, [{ key: 'depth', type: 'float', value: 12.5 }]],
  ['a declared number', { 'depth:float': '12' }, [{ key: 'depth', type: 'float', value: 12 }]],
  ['a declared text', { 'zip:char': '0123 ' }, [{ key: 'zip', type: 'char', value: '0123 ' }]],
  ['a size', { 'raw:filesize': '1.5KiB' }, [{ key: 'raw', type: 'filesize', value: 1536 }]],
  ['a declared boolean', { 'wet:boolean': 'yes' }, [{ key: 'wet', type: 'boolean', value: true }]],
  ['a time', { at: '2024-02-29 12:00+01:00' }, [{ key: 'at', type: 'datetime', value: '2024-02-29T11:00:00.000Z' }]],
  [
    'a place',
    { 'site:lat-long': '-64.77, -64' },
    [{ key: 'site', type: 'lat-long', latitude: -64.77, longitude: -64 }],
  ],
  [
    'a place of two columns',
    { 'site.latitude': '1', 'site.longitude': '-2.5' },
    [{ key: 'site', type: 'lat-long', latitude: 1, longitude: -2.5 }],
  ],
  ['a latitude alone', { 'site.latitude': '1' }, [{ key: 'site.latitude', type: 'integer', value: 1 }]],
  ['a key with a colon', { 'dc:title': 'x' }, [{ key: 'dc:title', type: 'char', value: 'x' }]],
  ['a key like a field', { 'name:char': 'x' }, [{ key: 'name', type: 'char', value: 'x' }]],
  ['a key like a comment', { '#x:char': 'x' }, [{ key: '#x', type: 'char', value: 'x' }]],
  ['a comment', { '#state': 'draft' }, []],
  ['an empty cell', { depth: '' }, []],
  ['blanks for a number', { 'depth:float': '  ' }, []],
  [
    'a key several times',
    { n: ['1', '2'] },
    [
      { key: 'n', type: 'integer', value: 1 },
      { key: 'n', type: 'integer', value: 2 },
    ],
  ],
])('%s becomes attributes', async (_, cells, attributes) => {
  const { made, faults } = await make([{ name: 'a', ...cells }]);
  expect(faults).toEqual([]);
  expect(made[0]?.dataset.attributes).toEqual(attributes);
});

test('fields become those of the dataset, whatever the case of their headers', async () => {
  const cells = {
    Name: ' A ',
    Parent: 'q',
    description: 'd',
    DETAILS: '# x',
    priority: '1',
    held: 'true',
    path: 'a/b',
  };
  const { made } = await make([{ ...cells, files: 'one; two' }]);
  expect(made).toEqual([
    {
      row: 2,
      files: ['one', 'two'],
      dataset: {
        ...{
          row: 2,
          project: 'q',
          name: 'A',
          description: 'd',
          details: '# x',
          priority: 1,
          held: true,
          basePath: 'a/b',
        },
        ...{ queue: false, attributes: [] },
      },
    },
  ]);
});

test('rows without files are queued when asked for, held ones are not', async () => {
  const rows: Cells[] = [{ name: 'a' }, { name: 'b', files: 'x' }, { name: 'c', held: 'yes' }];
  const { made } = await make(rows, { project: 'p', held: false, queue: true });
  expect(made.map(({ dataset }) => dataset.queue)).toEqual([true, false, false]);
});

test.each<[string, Cells, string]>([
  ['no number', { 'depth:float': 'deep' }, 'row 2, column depth: “deep” is not a float'],
  ['half a number', { 'n:integer': '1.5' }, 'row 2, column n: “1.5” is not an integer'],
  ['no day', { 'on:date': '2024-02-30' }, 'row 2, column on: “2024-02-30” is not a date'],
  ['no address', { 'web:url': 'x.org' }, 'row 2, column web: “x.org” is not a url'],
  ['no place', { 'site:lat-long': '91, 0' }, 'row 2, column site: “91, 0” is not a lat-long'],
  ['a long text', { note: 'x'.repeat(1024) }, 'row 2, column note: Too big: expected string to have <=1023 characters'],
  ['NUL', { note: 'a\0b' }, 'row 2, column note: holds a NUL character'],
  ['no priority', { priority: 'high' }, 'row 2, column priority: “high” is not an integer'],
  ['a priority too high', { priority: '6' }, 'row 2, column priority: Too big: expected number to be <=5'],
  [
    'a name that makes no slug',
    { name: '🐧' },
    'row 2, column name: makes no slug: it needs a letter or digit of a-z, 0-9',
  ],
  [
    'no project',
    { project: 'No Slug' },
    'row 2, column project: must be a slug: a-z, 0-9, - and _, with : between levels',
  ],
  ['a path that leaves', { path: '../x' }, 'row 2, column path: the path has the part “..”'],
  ['a field twice', { description: ['a', 'b'] }, 'row 2, column description: stands more than once'],
  [
    'a year that the catalog can’t keep',
    { 'on:date': '0000-01-01' },
    'row 2, column on: must be in a year from 1 to 9999, in UTC',
  ],
])('%s is a fault of its cell', async (_, cells, fault) => {
  const { made, faults } = await make([{ name: 'a', ...cells }]);
  expect(made).toEqual([]);
  expect(faults).toEqual([fault]);
});

test('half a place is a fault', async () => {
  const { faults } = await make([
    { name: 'a', 'x.latitude': '1', 'x.longitude': '' },
    { name: 'b', 'x.latitude': '1', 'x.longitude': 'east' },
    { name: 'c', 'x.latitude': '1', 'x.longitude': '2' },
  ]);
  expect(faults).toEqual([
    'row 2, column x: has only one of latitude and longitude',
    'row 3, column x.longitude: “east” is not a longitude',
    'row 3, column x: has only one of latitude and longitude',
  ]);
});

test('all faults are told, up to the limit', async () => {
  const { faults } = await make(Array.from({ length: 150 }, (__, n) => ({ name: `a${n}`, 'depth:float': 'deep' })));
  expect(faults).toHaveLength(100);
  expect(faults[99]).toBe('row 101, column depth: “deep” is not a float');
});

test.each<[string, Cells[], boolean, string]>([
  ['without names', [{ depth: '1' }], true, 'The table has no column “name”. It has: depth.'],
  ['without rows', [], true, 'It holds no rows.'],
  ['without projects', [{ name: 'a' }], false, 'say with --project where to'],
])('a table %s is refused', async (_, rows, hasProject, message) => {
  await expect(findColumns(tableOf(rows), { hasProject })).rejects.toThrow(message);
});
