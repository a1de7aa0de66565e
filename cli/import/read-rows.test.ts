import { readCsvRows } from './read-csv-rows.ts';
import { readJsonArray, readJsonLines } from './read-json-rows.ts';
import type { TableRow } from './table-row.ts';

type Reader = (chunks: AsyncIterable<Buffer>) => AsyncGenerator<TableRow>;

const csv: Reader = (chunks) => readCsvRows(chunks, ',');
const tsv: Reader = (chunks) => readCsvRows(chunks, '\t');

/** Reads a text, whole and a byte at a time, which has to come to the same. */
async function read(reader: Reader, text: string | Buffer): Promise<TableRow[]> {
  const [whole, inPieces] = [await readChunks(reader, text, Infinity), await readChunks(reader, text, 1)];
  expect(inPieces).toEqual(whole);
  return whole;
}

async function readChunks(reader: Reader, text: string | Buffer, size: number): Promise<TableRow[]> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, Math.min(bytes.length, at + size));
  }
  const rows: TableRow[] = [];
  for await (const row of reader(chunks())) rows.push(row);
  return rows;
}

/** Rows as number and cells, shortly. */
const short = (rows: TableRow[]) =>
  rows.map(({ row, cells, fault }) => [row, fault ?? cells.map(({ header, text }) => `${header}=${text}`)]);

test.each<[string, Reader, string, unknown[]]>([
  [
    'plain',
    csv,
    'name,depth\na,1\nb,\n',
    [
      [2, ['name=a', 'depth=1']],
      [3, ['name=b']],
    ],
  ],
  ['a mark of the byte order', csv, '\u{FEFF}name\na', [[2, ['name=a']]]],
  [
    'line ends of Windows',
    csv,
    'name,x\r\na,1\r\nb,2\r\n',
    [
      [2, ['name=a', 'x=1']],
      [3, ['name=b', 'x=2']],
    ],
  ],
  [
    'line ends of both kinds',
    csv,
    'name\r\na\nb\r\n',
    [
      [2, ['name=a']],
      [3, ['name=b']],
    ],
  ],
  ['quotes', csv, 'name,"x"\n"a ""b"", c","1\n2"\n', [[2, ['name=a "b", c', 'x=1\n2']]]],
  ['rows without cells are counted', csv, 'name,x\n\n,\na,1\n', [[4, ['name=a', 'x=1']]]],
  [
    'a row after a cell of two lines',
    csv,
    'name\n"a\nb"\nc\n',
    [
      [2, ['name=a\nb']],
      [3, ['name=c']],
    ],
  ],
  ['missing cells at the end', csv, 'name,x\na\n', [[2, ['name=a']]]],
  ['empty cells too many', csv, 'name\na,,\n', [[2, ['name=a']]]],
  ['cells too many', csv, 'name\na,1\n', [[2, 'has 2 cells, where the header has 1']]],
  ['unicode', csv, 'näme\n🐧 ß e\u0301\n', [[2, ['näme=🐧 ß e\u0301']]]],
  ['blanks around a header', csv, ' name ,x\na,1', [[2, ['name=a', 'x=1']]]],
  ['formulas are given back', csv, "name,'=x\n'=1+1,''=2\n", [[2, ['name==1+1', "=x='=2"]]]],
  ['tabs', tsv, 'name\tx\na,b\t"1\t2"\n', [[2, ['name=a,b', 'x=1\t2']]]],
  ['nothing', csv, '', []],
  [
    'JSON lines',
    readJsonLines,
    '{"name":"a","x":1.5}\n\n{"name":"b","x":null}',
    [
      [1, ['name=a', 'x=1.5']],
      [3, ['name=b']],
    ],
  ],
  ['several values', readJsonLines, '{"x":[1,"2",true]}', [[1, ['x=1', 'x=2', 'x=true']]]],
  ['a place', readJsonLines, '{"x":{"latitude":1.5,"longitude":-2}}', [[1, ['x=1.5, -2']]]],
  ['an object that is no place', readJsonLines, '{"x":{"latitude":1}}', [[1, '“x” holds what no cell can']]],
  ['a list in a list', readJsonLines, '{"x":[[1]]}', [[1, '“x” holds what no cell can']]],
  [
    'a broken line',
    readJsonLines,
    '{"x":1\n{"x":2}',
    [
      [1, 'is not a JSON object'],
      [2, ['x=2']],
    ],
  ],
  [
    'a JSON array',
    readJsonArray,
    ' [{"name":"a"},\n{"name":"ü","x":[1,2]}, 5]',
    [
      [1, ['name=a']],
      [2, ['name=ü', 'x=1', 'x=2']],
      [3, 'is not a JSON object'],
    ],
  ],
  ['an empty JSON array', readJsonArray, '[]', []],
])('%s', async (_, reader, text, rows) => {
  expect(short(await read(reader, text))).toEqual(rows);
});

test.each<[string, Reader, string, number, string]>([
  ['a quote that stays open', csv, 'name\na\n"b\nc\n', 3, 'a quote is opened and not closed'],
  ['a quote in a cell', csv, 'name\na\nb"c"\n', 3, 'a quote stands inside a cell'],
  ['text behind a quote', csv, 'name\n"a"b\n', 2, 'between a closing quote and the end'],
  ['a cell without an end', csv, `name\na\n"${'x'.repeat(5_000_000)}`, 3, 'is a quote not closed?'],
  ['a JSON object instead of an array', readJsonArray, '{"name":"a"}', 1, 'it is not an array'],
  ['a JSON array that ends too early', readJsonArray, '[{"name":"a"}', 2, 'it ends too early'],
  ['no JSON', readJsonArray, '[{name:1}]', 1, "the JSON can't be read"],
])('%s is a fault of its row', async (_, reader, text, row, fault) => {
  const rows = await readChunks(reader, text, 65536);
  expect(rows.at(-1)).toEqual({ row, cells: [], fault: expect.stringContaining(fault) });
});

test('texts of JSON are told from its numbers', async () => {
  const [row] = await read(readJsonLines, '{"a":"1","b":1}');
  expect(row?.cells).toEqual([
    { header: 'a', text: '1', isQuoted: true },
    { header: 'b', text: '1' },
  ]);
});

test.each<[string, Reader]>([
  ['CSV', csv],
  ['JSON lines', readJsonLines],
])('%s in another encoding is refused', async (_, reader) => {
  await expect(readChunks(reader, Buffer.from('n\xe4me\n{}', 'latin1'), Infinity)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('UTF-8'),
  });
});
