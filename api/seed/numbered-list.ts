import type { NumberedPage, NumberedRequest } from '../../catalog/numbered-pages.ts';
import { contract } from '../../shared/contract/index.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMayCall } from '../auth/authorize.ts';
import type { SeedCall } from './seed-route.ts';

const PAGE_SIZE = 20;

/** A page of a list, in the envelope that lists have; `load` gets the page, `present` shows one of its records. */
export async function answerList<T>(
  { caller, page: asked, url }: SeedCall,
  load: (request: NumberedRequest) => Promise<NumberedPage<T>>,
  present: (record: T) => unknown,
): Promise<unknown> {
  assertMayCall(caller, contract.listItems);
  const request = { size: PAGE_SIZE, access: caller.access };
  const page = asked === 'last' ? await findLast(load, request) : numberOf(asked);
  const { items, count } = await load({ ...request, page });
  const last = lastPage(count);
  if (page > last) throw invalidPage();
  return {
    count,
    next: page < last ? addressOf(url, page + 1) : null,
    previous: page > 1 ? addressOf(url, page - 1) : null,
    results: items.map(present),
  };
}

async function findLast<T>(
  load: (request: NumberedRequest) => Promise<NumberedPage<T>>,
  request: Omit<NumberedRequest, 'page'>,
): Promise<number> {
  return lastPage((await load({ ...request, page: 1 })).count);
}

function lastPage(count: number): number {
  return Math.max(1, Math.ceil(count / PAGE_SIZE));
}

function numberOf(asked = '1'): number {
  if (!/^0*[1-9]\d{0,8}$/.test(asked)) throw invalidPage();
  return Number(asked);
}

/** The first page is the one without a number. */
function addressOf(list: URL, page: number): string {
  const url = new URL(list);
  if (page === 1) url.searchParams.delete('page');
  else url.searchParams.set('page', String(page));
  return url.href;
}

function invalidPage(): CrunchError {
  return new CrunchError('not-found', 'Invalid page.');
}
