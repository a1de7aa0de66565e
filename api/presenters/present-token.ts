import type { TokenRecord } from '../../catalog/tokens.ts';
import type { Token } from '../../shared/contract/tokens.ts';

/** A token without its secret: each field is named, so that nothing else can slip out. */
export function presentToken(token: TokenRecord): Token {
  const { id, name, prefix, scope, projects, pools, createdAt, expiresAt, lastUsedAt, revokedAt, owner } = token;
  return {
    id,
    name,
    prefix,
    scope,
    projects,
    pools,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    owner,
  };
}
