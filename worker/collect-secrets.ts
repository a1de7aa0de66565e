import { Secrets } from '../platform/secrets.ts';
import type { TemporalSettings } from '../platform/temporal-settings.ts';

/** Variables that hold secrets for a host or its tools. */
const SECRET_VARIABLES = [
  'CRUNCH_TOKEN',
  'TEMPORAL_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
];

/** What a host knows of secrets when it starts; more come with its storage. */
export function collectSecrets(token: string, env: NodeJS.ProcessEnv, { apiKey }: TemporalSettings): Secrets {
  const secrets = new Secrets();
  secrets.add(token, apiKey, ...SECRET_VARIABLES.map((name) => env[name]));
  return secrets;
}
