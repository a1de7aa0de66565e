import { createHash } from 'node:crypto';
import { Prisma } from './generated/client.ts';

const names = new Map<string, string>();

/**
 * A statement that is called with each dataset or request: each connection reads and plans it once, which takes
 * PostgreSQL longer than doing it. Only for statements whose texts are few, since a connection keeps all of them.
 */
export function prepared(strings: TemplateStringsArray, ...values: unknown[]): Prisma.Sql {
  const statement = Prisma.sql(strings, ...values);
  const { text } = statement;
  if (!names.has(text)) names.set(text, createHash('sha256').update(text).digest('hex').slice(0, 32));
  return statement;
}

/** The name under which a connection keeps a statement; empty for one that it forgets. */
export function preparedName({ sql }: { sql: string }): string {
  return names.get(sql) ?? '';
}
