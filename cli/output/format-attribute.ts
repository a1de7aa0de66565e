import type { Attribute } from '../../shared/contract/attributes.ts';
import { formatSize } from '../../shared/domain/format-size.ts';

/** The value of an attribute as text for people. */
export function formatAttribute(attribute: Attribute): string {
  if (attribute.type === 'lat-long') return `${attribute.latitude}, ${attribute.longitude}`;
  if (attribute.type === 'filesize') return formatSize(attribute.value);
  if (attribute.type === 'boolean') return attribute.value ? 'yes' : 'no';
  return String(attribute.value);
}
