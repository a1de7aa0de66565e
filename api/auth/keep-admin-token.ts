import { readFile } from 'node:fs/promises';
import type { Catalog } from '../../catalog/open-catalog.ts';
import type { Actor } from '../../catalog/audit.ts';
import { createToken, findToken } from '../../catalog/tokens.ts';
import { writePrivateFile } from '../../platform/write-private-file.ts';

const DAY_MS = 24 * 3600 * 1000;
const LIFETIME_DAYS = 365;
/** One that ends sooner is replaced at start, so that it doesn't end while the server runs. */
const RENEWED_DAYS_AHEAD = 30;

/**
 * The token of the person who runs a server, which may do everything. It is made once and kept in `file`, readable to
 * the owner only; one that was revoked or soon ends is replaced. `maker` is who makes it, for the audit log.
 */
export async function keepAdminToken(catalog: Catalog, file: string, maker: Actor): Promise<string> {
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  const known = kept === '' ? undefined : await findToken(catalog, kept);
  if (known && known.expiresAt.getTime() - Date.now() > RENEWED_DAYS_AHEAD * DAY_MS) return kept;
  const expiresInSeconds = (LIFETIME_DAYS * DAY_MS) / 1000;
  const { token } = await createToken(
    catalog,
    { name: 'owner of this server', scope: 'admin', expiresInSeconds, projects: [], pools: [] },
    maker,
  );
  await writePrivateFile(file, `${token}\n`);
  return token;
}
