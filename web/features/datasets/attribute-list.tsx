import type { Attribute } from '../../../shared/contract/attributes.ts';
import { formatSize } from '../../../shared/domain/format-size.ts';
import { Ago } from '../../ui/ago.tsx';
import { Facts } from '../../ui/facts.tsx';

/** Attributes as people read them. Several may have one key. */
export function AttributeList({ attributes }: { attributes: readonly Attribute[] }) {
  return <Facts facts={attributes.map((it) => [it.key, <Value key="value" attribute={it} />])} />;
}

function Value({ attribute }: { attribute: Attribute }) {
  switch (attribute.type) {
    case 'filesize':
      return formatSize(attribute.value);
    case 'boolean':
      return attribute.value ? 'yes' : 'no';
    case 'datetime':
      return <Ago at={attribute.value} />;
    case 'url':
      return (
        <a href={attribute.value} target="_blank" rel="noopener noreferrer nofollow">
          {attribute.value}
        </a>
      );
    case 'lat-long':
      return `${attribute.latitude}, ${attribute.longitude}`;
    case 'integer':
    case 'float':
      return attribute.value.toLocaleString(undefined, { maximumFractionDigits: 20 });
    case 'char':
    case 'date':
      return attribute.value;
  }
}
