import { Attribute } from '../../../shared/contract/attributes.ts';
import type { AttributeType } from '../../../shared/domain/attribute-type.ts';

/** An attribute as it is typed. */
export interface AttributeInput {
  key: string;
  type: AttributeType;
  value: string;
}

export const EMPTY_ATTRIBUTE: AttributeInput = { key: '', type: 'char', value: '' };

export const ATTRIBUTE_LABELS = {
  'attributes.key': 'Key of attribute',
  'attributes.value': 'Value of attribute',
} as const;

/** What a value of each type is, for people. */
export const VALUE_HINTS: Record<AttributeType, string> = {
  char: 'a text, at most 1,023 characters',
  float: 'a number such as 3.14',
  integer: 'a whole number such as 42',
  filesize: 'a number of bytes such as 1048576',
  boolean: 'yes or no',
  datetime: 'a time such as 2026-11-24T12:00:00Z',
  date: 'a date such as 2026-11-24',
  url: 'an address that begins with https://',
  'lat-long': 'latitude, longitude such as -64.77, -64.07',
};

/** Faults of one field of rows of attributes, for a form that holds them; `path` is such as `attributes.2.key`. */
export function faultOf(field: 'key' | 'value') {
  return (_value: unknown, { attributes }: { attributes: readonly AttributeInput[] }, path: string) => {
    const input = attributes[Number(path.split('.')[1])];
    return input === undefined ? undefined : attributeFaults(input)[field];
  };
}

/** What was typed as the server takes it. */
export function readAttribute({ key, type, value }: AttributeInput) {
  return Attribute.safeParse({ key, type, ...readValue(type, value.trim()) });
}

/** Why what was typed can't be taken, by field; nothing when it can. */
export function attributeFaults(input: AttributeInput): { key?: string; value?: string } {
  const { error } = readAttribute(input);
  if (!error) return {};
  const keyFault = error.issues.find(({ path }) => path[0] === 'key');
  return keyFault ? { key: keyFault.message } : { value: `must be ${VALUE_HINTS[input.type]}` };
}

function readValue(type: AttributeType, value: string): object {
  switch (type) {
    case 'float':
    case 'integer':
    case 'filesize':
      return { value: value === '' ? undefined : Number(value) };
    case 'boolean':
      return { value: { yes: true, true: true, no: false, false: false }[value.toLowerCase()] };
    case 'lat-long': {
      const [latitude, longitude] = value.split(',').map((part) => (part.trim() === '' ? undefined : Number(part)));
      return { latitude, longitude };
    }
    case 'char':
    case 'datetime':
    case 'date':
    case 'url':
      return { value };
  }
}
