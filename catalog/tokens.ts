import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';

export type TokenScope = 'read' | 'edit' | 'operate' | 'host' | 'admin';

/** A key to the API, without its secret. */
export interface TokenRecord {
  id: number;
  name: string;
  prefix: string;
  scope: TokenScope;
  /** Slugs; empty means all. */
  projects: string[];
  /** Empty means all. */
  pools: string[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface NewTokenInput {
  name: string;
  scope: TokenScope;
  expiresInSeconds: number;
  projects: string[];
  pools: string[];
}

/** Tokens, oldest first. */
export declare function listTokens(catalog: Catalog, request: PageRequest): Promise<Page<TokenRecord>>;

/** Makes a token; its secret is `token`, which can't be had again. Throws `not-found` for a project. */
export declare function createToken(
  catalog: Catalog,
  input: NewTokenInput,
  actor: string,
): Promise<TokenRecord & { token: string }>;

/** Revoking a revoked token changes nothing. Throws `not-found`. */
export declare function revokeToken(catalog: Catalog, id: number, actor: string): Promise<void>;

/** The valid token with that secret; undefined for one that is mistyped, unknown, revoked or expired. */
export declare function findToken(catalog: Catalog, secret: string): Promise<TokenRecord | undefined>;
