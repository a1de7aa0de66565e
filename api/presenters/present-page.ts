import type { Page } from '../../catalog/page.ts';

/** A page with each record presented. */
export function presentPage<Row, Shown>({ items, next }: Page<Row>, present: (record: Row) => Shown): Page<Shown> {
  return { items: items.map((item) => present(item)), next };
}
