import type { Attribute } from '../../../shared/contract/attributes.ts';
import { formatSize } from '../../../shared/domain/format-size.ts';
import { formatAge } from '../../../shared/domain/format-time.ts';
import { Facts } from '../../ui/facts.tsx';
import { formatMoment } from './format-moment.ts';

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
      return <Moment at={attribute.value} />;
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

/** What was measured then counts, not how long ago that is. */
function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatAge(at)}>
      {formatMoment(at)}
    </time>
  );
}
