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

/** What may stand in a header as it is. Anything else is no token, and must not be shown: it may be another secret. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Finds the server and a token for it: in the options, else in CRUNCH_URL and CRUNCH_TOKEN or the file CRUNCH_TOKEN_FILE, else
 * in the profile. A token of the profile goes only to the server that it is for. Throws `not-signed-in` with what to do, and
 * `invalid-input` for what can be no address or no token.
 */
export async function resolveServer(options: ServerOptions, env: NodeJS.ProcessEnv): Promise<Server> {
  refuseEmpty(options);
  const givenUrl = options.url ?? env['CRUNCH_URL'];
  const givenToken = options.token ?? (env['CRUNCH_TOKEN'] || (await readSecretFile(env, 'CRUNCH_TOKEN_FILE')));
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
  if (!TOKEN.test(token)) {
    throw new CrunchError(
      'invalid-input',
      'What was given as a token is none: it has spaces, line breaks or other characters that no token has.',
    );
  }
  return { url, token };
}

/** A variable of a shell that is not set must not lead to the server of the profile. */
function refuseEmpty(options: ServerOptions): void {
  for (const name of ['url', 'token'] as const) {
    if (options[name] === '')
      throw new CrunchError('invalid-input', `--${name} is empty. Is a variable of your shell not set?`);
  }
}
