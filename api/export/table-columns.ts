import type { AttributeColumn, ExportedDataset } from '../../catalog/export-datasets.ts';
import type { AttributeRecord } from '../../catalog/attributes.ts';
import { attributeHeader, COMMENT_MARK } from '../../shared/domain/table-columns.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { DATASET_FIELDS, type TableValue } from './dataset-fields.ts';

/** Which columns a table has: of fields by their names, of attributes those that are wanted. */
export interface ColumnChoice {
  fields: (keyof typeof DATASET_FIELDS)[];
  wantsAttribute(attribute: Pick<AttributeRecord, 'key' | 'type'>): boolean;
}

const FIELDS = Object.keys(DATASET_FIELDS) as (keyof typeof DATASET_FIELDS)[];

/** Reads the columns that were asked for; none means all. Throws `invalid-input` for a field that there is not. */
export function chooseColumns(wanted: string[]): ColumnChoice {
  if (wanted.length === 0) return { fields: FIELDS, wantsAttribute: () => true };
  const names = new Set(wanted);
  const unknown = wanted.filter((name) => name.startsWith(COMMENT_MARK) && !Object.hasOwn(DATASET_FIELDS, name));
  if (unknown.length > 0) {
    const message = `There is no column ${unknown.join(', ')}. Those of datasets are: ${FIELDS.join(', ')}.`;
    throw new CrunchError('invalid-input', message);
  }
  return {
    fields: FIELDS.filter((field) => names.has(field)),
    wantsAttribute: (attribute) => names.has(attribute.key) || names.has(attributeHeader(attribute)),
  };
}

/** The headers of a table: a key that stands several times on a dataset has as many columns. */
export function headersOf({ fields }: ColumnChoice, attributes: AttributeColumn[]): string[] {
  return [...fields, ...attributes.flatMap((column) => Array<string>(column.times).fill(attributeHeader(column)))];
}

/**
 * The cells of a dataset, below the same headers. Throws `conflict` for an attribute that has no column, because it came
 * after the columns were found.
 */
export function cellsOf(dataset: ExportedDataset, choice: ColumnChoice, attributes: AttributeColumn[]): TableValue[] {
  const values = groupValues(dataset, choice);
  const cells = choice.fields.map((field) => DATASET_FIELDS[field](dataset));
  for (const column of attributes) {
    const given = values.get(attributeHeader(column)) ?? [];
    values.delete(attributeHeader(column));
    if (given.length > column.times) throw changedMeanwhile(dataset);
    for (let nth = 0; nth < column.times; nth += 1) cells.push(given[nth] ?? null);
  }
  if (values.size > 0) throw changedMeanwhile(dataset);
  return cells;
}

/** The values of the wanted attributes of a dataset, by header. */
export function groupValues({ attributes }: ExportedDataset, { wantsAttribute }: ColumnChoice) {
  const values = new Map<string, TableValue[]>();
  for (const attribute of attributes.filter(wantsAttribute)) {
    const header = attributeHeader(attribute);
    values.set(header, [...(values.get(header) ?? []), valueOf(attribute)]);
  }
  return values;
}

function valueOf(attribute: AttributeRecord): TableValue {
  if (attribute.type !== 'lat-long') return attribute.value;
  return { latitude: attribute.latitude, longitude: attribute.longitude };
}

function changedMeanwhile({ slug }: ExportedDataset): CrunchError {
  return new CrunchError('conflict', `${slug} got an attribute while it was exported. Export again.`);
}
