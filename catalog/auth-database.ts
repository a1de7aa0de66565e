import { createHash } from 'node:crypto';
import type { BetterAuthOptions, DBAdapter, Where } from 'better-auth/types';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import type { Catalog } from './open-catalog.ts';

type Row = Record<string, unknown>;

/** How better-auth names the tables and columns that it shares with the rest of the catalog. */
export const AUTH_TABLES = {
  user: { modelName: 'person' },
  account: { modelName: 'credential', fields: { userId: 'personId' } },
  session: { modelName: 'session', fields: { userId: 'personId' } },
} as const;

/**
 * The catalog as better-auth's database. Of a session's token only the SHA-256 is kept, so that nobody who reads the
 * database can take a session over; whoever asks by a token gets the token itself back.
 */
export function openAuthDatabase({ prisma }: Catalog): (options: BetterAuthOptions) => DBAdapter {
  const open = prismaAdapter(prisma, { provider: 'postgresql', transaction: true });
  return (options) => hashTokens(open(options));
}

function hashTokens(adapter: DBAdapter): DBAdapter {
  const hashed: DBAdapter = {
    ...adapter,
    async create(request) {
      const { token } = request.data as Row;
      const row = await adapter.create({ ...request, data: hashToken(request.model, request.data) });
      return withToken(request.model, row, token) as never;
    },
    async findOne(request) {
      const row = await adapter.findOne<Row>(hashSought(request));
      return withToken(request.model, row, soughtToken(request.where)) as never;
    },
    async update(request) {
      const row = await adapter.update<Row>(hashSought(request));
      return withToken(request.model, row, soughtToken(request.where)) as never;
    },
    findMany: (request) => adapter.findMany(hashSought(request)),
    count: (request) => adapter.count(hashSought(request)),
    updateMany: (request) => adapter.updateMany(hashSought(request)),
    delete: (request) => adapter.delete(hashSought(request)),
    deleteMany: (request) => adapter.deleteMany(hashSought(request)),
    transaction: (work) => adapter.transaction((inside) => work(hashTokens(inside as DBAdapter))),
  };
  return hashed;
}

function hashSought<Request extends { model: string; where?: Where[] }>(request: Request): Request {
  const where = request.where?.map((condition) =>
    isToken(request.model, condition) ? { ...condition, value: hash(condition.value) } : condition,
  );
  return { ...request, where };
}

function soughtToken(where: Where[] | undefined): unknown {
  return where?.find(({ field }) => field === 'token')?.value;
}

function isToken(model: string, { field, value }: Where): boolean {
  return model === 'session' && field === 'token' && typeof value === 'string';
}

function hashToken<Data>(model: string, data: Data): Data {
  const { token } = data as Row;
  return model === 'session' && typeof token === 'string' ? { ...data, token: hash(token) } : data;
}

function withToken(model: string, row: Row | null, token: unknown): Row | null {
  return model === 'session' && row !== null && typeof token === 'string' ? { ...row, token } : row;
}

function hash(token: unknown): string {
  return createHash('sha256').update(String(token)).digest('hex');
}
