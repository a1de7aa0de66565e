import { CrunchError } from '../shared/errors/crunch-error.ts';
import { resolveGuarded } from './guarded-fetch.ts';

/** How git has to be called so that it reaches only what was checked. */
export interface GitAccess {
  /** For `-c`. */
  settings: string[];
  env: Record<string, string>;
}

/** For one that waits for nothing and nobody. */
const SSH = 'ssh -oBatchMode=yes -oConnectTimeout=15 -oStrictHostKeyChecking=accept-new';

/**
 * Checks a repository's URL as `fetchGuarded` does, and pins git's connection to the address that was checked. `file:`
 * URLs are only for those whose beginning is in the allow-list. Throws `invalid-input` for what is forbidden or malformed,
 * `source-unavailable` for a host that has no address.
 */
export async function resolveRepositoryUrl(given: string, allow: readonly string[]): Promise<GitAccess> {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || url.password !== '' || (url.protocol !== 'ssh:' && url.username !== '')) {
    throw refused(given, 'give a URL such as https://host/repository.git, without a password');
  }
  switch (url.protocol) {
    case 'https:': {
      const address = await resolveGuarded(url, { allow });
      const pin = `${url.hostname}:${url.port || '443'}:${bracketed(address)}`;
      return { settings: ['protocol.https.allow=always', `http.curloptResolve=${pin}`], env: {} };
    }
    case 'ssh:': {
      // git gives its ssh command to a shell.
      if (!/^[a-z0-9.-]+$/i.test(url.hostname)) throw refused(given, 'its host is not a name');
      const address = await resolveGuarded(url, { allow });
      const command = `${SSH} -oHostName=${address} -oHostKeyAlias=${url.hostname}`;
      return { settings: ['protocol.ssh.allow=always'], env: { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' } };
    }
    case 'file:': {
      const isAllowed = allow.some((entry) => entry.startsWith('file:///') && isBelow(url.href, entry));
      if (!isAllowed) throw refused(given, 'files of the server are not for workflows');
      return { settings: ['protocol.file.allow=always', 'safe.directory=*'], env: {} };
    }
    default:
      throw refused(given, 'only https and ssh are possible');
  }
}

function isBelow(href: string, folder: string): boolean {
  return href.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function refused(url: string, reason: string): CrunchError {
  return new CrunchError('invalid-input', `The repository ${url.replace(/\/\/[^/@]*@/, '//')} is refused: ${reason}.`);
}
