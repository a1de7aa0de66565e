import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { writePrivateFile } from '../../platform/write-private-file.ts';
import { wordsOf } from '../output/explain-system-error.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** The servers that this account is signed in to. */
export interface Profile {
  /** The URL of the server that commands call unless they are told otherwise. */
  current: string;
  /** A token by URL; URLs are spelt as the client normalizes them. */
  tokens: Record<string, string>;
}

/** Where the profile of the account lies. */
export function profilePath(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'crunch', 'profile.json');
}

/** The profile, or undefined where there is none. Throws `invalid-input` when the file is not a profile. */
export async function readProfile(path: string): Promise<Profile | undefined> {
  const text = await readIfExists(path);
  if (text === undefined) return undefined;
  const profile = parseProfile(text);
  if (profile === undefined) {
    throw new CrunchError(
      'invalid-input',
      `${path} is damaged. Remove it and sign in again with \`crunch login URL\`.`,
    );
  }
  return profile;
}

/** Keeps a server's token and makes that server the current one. Only the account itself may read the file. */
export async function rememberServer({ url, token }: { url: string; token: string }, path: string): Promise<void> {
  const known = await readProfile(path).catch(() => undefined);
  const profile: Profile = { current: url, tokens: { ...known?.tokens, [url]: token } };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writePrivateFile(path, `${JSON.stringify(profile, null, 2)}\n`);
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CrunchError('invalid-input', `Cannot read ${path}: ${wordsOf(error)}.`, { cause: error });
  }
}

function parseProfile(text: string): Profile | undefined {
  try {
    const { current, tokens } = JSON.parse(text) as Partial<Profile>;
    const isProfile = typeof current === 'string' && typeof tokens === 'object' && tokens !== null;
    return isProfile ? { current, tokens } : undefined;
  } catch {
    return undefined;
  }
}
