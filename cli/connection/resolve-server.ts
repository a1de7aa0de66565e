import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { readSecretFile } from '../values/read-secret-file.ts';
import { profilePath, readProfile } from './profile.ts';

/** The options of every command that calls the server. */
export interface ServerOptions {
  url?: string;
  token?: string;
}

export interface Server {
  url: string;
  token: string;
}

/**
 * Finds the server and a token for it: in the options, else in CRUNCH_URL and CRUNCH_TOKEN or the file CRUNCH_TOKEN_FILE, else
 * in the profile. A token of the profile goes only to the server that it is for. Throws `not-signed-in` with what to do.
 */
export async function resolveServer(options: ServerOptions, env: NodeJS.ProcessEnv): Promise<Server> {
  const givenUrl = options.url || env['CRUNCH_URL'];
  const givenToken = options.token || env['CRUNCH_TOKEN'] || (await readSecretFile(env, 'CRUNCH_TOKEN_FILE'));
  const profile = givenUrl && givenToken ? undefined : await readProfile(profilePath(env));
  const address = givenUrl || profile?.current;
  if (!address) {
    throw new CrunchError(
      'not-signed-in',
      'No server is known. Start one with `crunch up`, or sign in to one with `crunch login URL --token TOKEN`, or give --url and --token (or CRUNCH_URL and CRUNCH_TOKEN).',
    );
  }
  const { normalizeServerUrl } = await import('../../client/make-url.ts');
  const url = normalizeServerUrl(address);
  const token = givenToken || profile?.tokens[url];
  if (!token) {
    throw new CrunchError(
      'not-signed-in',
      `No token for ${url} is known. Sign in with \`crunch login ${url}\`, or give --token (or CRUNCH_TOKEN, or CRUNCH_TOKEN_FILE).`,
    );
  }
  return { url, token };
}
