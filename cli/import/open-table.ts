import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { wordsOf } from '../output/explain-system-error.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { readCsvRows } from './read-csv-rows.ts';
import { readJsonArray, readJsonLines } from './read-json-rows.ts';
import type { TableRow } from './table-row.ts';

/** A table in a file, which can be read several times. */
export interface Table {
  file: string;
  sizeBytes: number;
  /** The rows, as they are read. `onRead` is told of the bytes. */
  rows(onRead?: (bytes: number) => void): AsyncGenerator<TableRow>;
}

type Reader = (chunks: AsyncIterable<Buffer>) => AsyncGenerator<TableRow>;

const READERS: Record<string, Reader> = {
  '.csv': (chunks) => readCsvRows(chunks, ','),
  '.tsv': (chunks) => readCsvRows(chunks, '\t'),
  '.json': readJsonArray,
  '.jsonl': readJsonLines,
};

/** Throws `invalid-input` for a file that can't be read, or whose name doesn't say what it holds. */
export async function openTable(file: string): Promise<Table> {
  const read = READERS[path.extname(file).toLowerCase()];
  if (read === undefined) {
    throw new CrunchError('invalid-input', `${file} has to end with one of ${Object.keys(READERS).join(', ')}.`);
  }
  const found = await stat(file).catch((error: unknown) => {
    throw new CrunchError('invalid-input', `Cannot read ${file}: ${wordsOf(error)}.`, { cause: error });
  });
  if (!found.isFile()) throw new CrunchError('invalid-input', `${file} is not a file, which is read several times.`);
  return { file, sizeBytes: found.size, rows: (onRead) => read(readChunks(file, onRead)) };
}

async function* readChunks(file: string, onRead: ((bytes: number) => void) | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    yield chunk;
    onRead?.(chunk.length);
  }
}
