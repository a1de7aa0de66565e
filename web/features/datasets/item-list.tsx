import type { Item } from '../../../shared/contract/items.ts';
import { Details } from '../../ui/details.tsx';
import { AttributeList } from './attribute-list.tsx';
import classes from './item-list.module.css';

/** The items below a dataset with their attributes. */
export function ItemList({ items }: { items: readonly Item[] }) {
  return (
    <ul className={classes.items}>
      {items.map(({ id, name, slug, description, details, attributes }) => (
        <li key={id}>
          <strong>{name}</strong> <small>{slug}</small>
          {description !== '' && <div>{description}</div>}
          {details !== '' && <Details text={details} />}
          {attributes.length > 0 && <AttributeList attributes={attributes} />}
        </li>
      ))}
    </ul>
  );
}
