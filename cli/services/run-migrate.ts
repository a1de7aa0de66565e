import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { keepAdminToken } from '../../api/auth/keep-admin-token.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { withCatalog } from '../../worker/open-services.ts';
import { setUp } from '../../worker/set-up.ts';
import type { Terminal } from '../output/terminal.ts';
import { readSetUpSettings } from './service-settings.ts';

/** The options of `crunch migrate`. */
export interface MigrateOptions {
  adminTokenFile?: string;
  appRole?: string;
}

/** Prepares external services, and keeps a token for whoever runs them. */
export async function runMigrate(terminal: Terminal, options: MigrateOptions): Promise<void> {
  const { databaseUrl, temporal } = await readSetUpSettings(terminal.env);
  const wanted = options.adminTokenFile ?? terminal.env['CRUNCH_ADMIN_TOKEN_FILE'];
  const tokenFile = wanted ? resolve(wanted) : null;
  if (tokenFile !== null) await requireWritableFolder(dirname(tokenFile));
  await setUp({ databaseUrl, temporal, appRole: options.appRole });
  if (tokenFile !== null) {
    await withCatalog(databaseUrl, (catalog) => keepAdminToken(catalog, tokenFile, { name: 'crunch migrate' }));
  }
  const { address, namespace } = temporal;
  terminal.printResult({ temporal: address, namespace, tokenFile }, () => {
    const ready = `the catalog and the namespace ${namespace} of Temporal at ${address} are ready`;
    return tokenFile === null ? ready : `${ready}; the owner's token is in ${tokenFile}`;
  });
}

/** Before there is a token that nobody would know. */
async function requireWritableFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new CrunchError('invalid-input', `The token can't be kept in ${folder}: ${messageOf(cause)}.`, { cause });
  });
}
