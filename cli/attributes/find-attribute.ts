import type { CrunchClient } from '../../client/index.ts';
import type { ItemAttribute } from '../../shared/contract/attributes.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

interface FoundAttribute {
  /** The item's. */
  slug: string;
  version: number;
  attribute: ItemAttribute;
}

/** The attribute that a person means. Throws `not-found`, and `conflict` with their ids where several have the key. */
export async function findAttribute(
  client: CrunchClient,
  item: string,
  { key, id }: { key: string; id?: number },
): Promise<FoundAttribute> {
  const { slug, version, attributes } = await client.getItem({ params: { slug: item } });
  const found = attributes.filter((it) => it.key === key && (id === undefined || it.id === id));
  const [attribute, ...others] = found;
  if (attribute === undefined) {
    const which = id === undefined ? '' : ` with the id ${id}`;
    throw new CrunchError('not-found', `${slug} has no attribute “${key}”${which}.`);
  }
  if (others.length > 0) {
    const ids = found.map((it) => it.id).join(', ');
    throw new CrunchError('conflict', `${slug} has ${found.length} attributes “${key}”: say which by --id (${ids}).`);
  }
  return { slug, version, attribute };
}
