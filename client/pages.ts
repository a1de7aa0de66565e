import type { CallOptions } from './create-client.ts';

interface Page<Item> {
  items: Item[];
  next: string | null;
}

interface Paged {
  query?: { cursor?: string };
}

type List<Input, Item> = (input: Input, options?: CallOptions) => Promise<Page<Item>>;

/** All pages of a list, each fetched when the one before it is done with: `pagesOf(client.listRuns, { params })`. */
export async function* pagesOf<Input, Item>(
  list: List<Input, Item>,
  input: NoInfer<Input> & Paged,
  options?: CallOptions,
): AsyncGenerator<Item[]> {
  let cursor = input.query?.cursor;
  do {
    const page = await list({ ...input, query: { ...input.query, cursor } }, options);
    yield page.items;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/** All items of a list, fetched page by page. */
export async function* itemsOf<Input, Item>(
  list: List<Input, Item>,
  input: NoInfer<Input> & Paged,
  options?: CallOptions,
): AsyncGenerator<Item> {
  for await (const items of pagesOf(list, input, options)) yield* items;
}
