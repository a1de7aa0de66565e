import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What the tests look at of docker-compose.yml, in the canonical form that Docker Compose gives. */
export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean }>;
  secrets: Record<string, { environment?: string }>;
  configs: Record<string, { content: string }>;
}

export interface ComposeService {
  image: string;
  build?: { target: string };
  command: string[] | null;
  environment?: Record<string, string>;
  networks: Record<string, unknown>;
  ports?: { host_ip: string; target: number }[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { disable?: boolean };
}

/**
 * Has Docker Compose read docker-compose.yml, with all of its profiles: throws what it finds wrong. `env` stands for what
 * is in .env.
 */
export async function readComposeFile(program: string, env: Record<string, string>): Promise<ComposeFile> {
  const argv = [
    '--file',
    'docker-compose.yml',
    '--env-file',
    '/dev/null',
    '--profile',
    '*',
    'config',
    '--format',
    'json',
  ];
  const { stdout } = await promisify(execFile)(program, argv, { env: { PATH: process.env.PATH, ...env } });
  return JSON.parse(stdout) as ComposeFile;
}
