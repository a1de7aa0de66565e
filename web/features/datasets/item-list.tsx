import type { Item } from '../../../shared/contract/items.ts';
import { Facts } from '../../ui/facts.tsx';
import { attributeValue } from './attribute-value.tsx';
import classes from './item-list.module.css';

/** The items below a dataset with their attributes. */
export function ItemList({ items }: { items: readonly Item[] }) {
  return (
    <ul className={classes.items}>
      {items.map(({ id, name, slug, description, attributes }) => (
        <li key={id}>
          <strong>{name}</strong> <small>{slug}</small>
          {description !== '' && <div>{description}</div>}
          <Facts facts={attributes.map((it) => [it.key, attributeValue(it)])} />
        </li>
      ))}
    </ul>
  );
}
