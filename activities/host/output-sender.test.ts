import { mkdtemp, readdir, rm, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '../../platform/logger.ts';
import type { OutputReceipt, OutputReport } from '../../shared/contract/run-output.ts';
import type { LeaseInput } from '../../shared/domain/processing.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { HeldLease } from './held-lease.ts';
import { OutputSender, type OutputServer } from './output-sender.ts';

const TIMING = { heartbeatTimeoutMs: 60_000, graceMs: 60_000, killGraceMs: 1_000 };

let directory: string;
const leases: HeldLease[] = [];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'crunch-output-'));
});

afterEach(async () => {
  for (const lease of leases.splice(0)) lease.end();
  await rm(directory, { recursive: true, force: true });
});

/** A server in memory, which keeps of each lease what the contract says. */
class KeepingServer implements OutputServer {
  readonly lines = new Map<string, string[]>();
  reports = 0;
  /** How the next reports go wrong: before they arrive, or on the way back. */
  readonly faults: ('lost' | 'answer lost')[] = [];
  standing: OutputReceipt['standing'] = 'in force';
  #wake = () => {};

  async reportOutput(reports: OutputReport[]): Promise<OutputReceipt[]> {
    const fault = this.faults.shift();
    if (fault === 'lost') throw new CrunchError('api-unreachable', 'away');
    this.reports += reports.length;
    const receipts = reports.map((report) => this.#take(report));
    this.#wake();
    if (fault === 'answer lost') throw new CrunchError('api-unreachable', 'away');
    return receipts;
  }

  #take({ runId, leaseNumber, first, lines }: OutputReport): OutputReceipt {
    const kept = this.lines.get(`${runId} ${leaseNumber}`) ?? [];
    if (this.standing !== 'in force') return { received: 0, standing: this.standing };
    this.lines.set(`${runId} ${leaseNumber}`, kept);
    expect(first).toBeLessThanOrEqual(kept.length);
    kept.push(...lines.slice(kept.length - first).map(({ text }) => text));
    return { received: kept.length, standing: 'in force' };
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  of(lease: HeldLease): string[] {
    return this.lines.get(`${lease.input.runId} ${lease.input.leaseNumber}`) ?? [];
  }
}

function startSender(server: OutputServer): OutputSender {
  const logger = createLogger({ name: 'test', level: 'fatal' });
  return new OutputSender({ host: 'lab', boot: 'boot-1', directory, server, logger });
}

function leaseOf(runId: string): HeldLease {
  const lease = new HeldLease({ runId, leaseNumber: 1, timing: TIMING } as LeaseInput);
  leases.push(lease);
  return lease;
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
}

async function filesLeft(): Promise<string[]> {
  return readdir(path.join(directory, '.crunch-output')).catch(() => []);
}

test('lines arrive in order and once, though requests and answers are lost, and nothing stays on the disk', async () => {
  const server = new KeepingServer();
  server.faults.push('lost', 'answer lost', 'answer lost');
  const [sender, lease] = [startSender(server), leaseOf('a')];
  for (let start = 0; start < 12_000; start += 3_000)
    await sender.write(lease, 'workflow', numbered(start, start + 3_000));
  lease.end();
  await server.until(() => server.of(lease).length >= 12_000);
  await sender.stop();
  expect(server.of(lease)).toEqual(numbered(0, 12_000));
  expect(await filesLeft()).toEqual([]);
});

test('several leases have their own lines', async () => {
  const server = new KeepingServer();
  const sender = startSender(server);
  const many = Array.from({ length: 20 }, (_, index) => leaseOf(`run ${index}`));
  await Promise.all(many.map((lease, index) => sender.write(lease, 'workflow', [`of ${index}`])));
  await server.until(() => many.every((lease) => server.of(lease).length > 0));
  await sender.stop();
  expect(many.map((lease) => server.of(lease))).toEqual(many.map((_, index) => [`of ${index}`]));
});

test('a host whose leases print nothing sends nothing', async () => {
  const server = new KeepingServer();
  const [sender, lease] = [startSender(server), leaseOf('a')];
  await sender.resume();
  await sender.write(lease, 'workflow', []);
  lease.end();
  await sender.stop();
  expect([server.reports, await filesLeft()]).toEqual([0, []]);
});

test('what a killed host could not send, its successor sends: each line once, and what was cut is said to be', async () => {
  const server = new KeepingServer();
  const [killed, lease] = [startSender(server), leaseOf('a')];
  await killed.write(lease, 'workflow', numbered(0, 10));
  await server.until(() => server.of(lease).length === 10);
  // From here on nothing arrives, and then the process is gone.
  server.faults.push(...Array.from({ length: 100 }, () => 'lost' as const));
  await killed.write(lease, 'workflow', numbered(10, 20));
  await killed.stop();
  server.faults.length = 0;
  const file = path.join(directory, '.crunch-output', 'a.1.ndjson');
  await appendFile(file, '{"atMs":1,"stage":"work');
  await writeFile(`${file}.tail-0`, 'the end of a flood');
  const next = startSender(server);
  await next.resume();
  await server.until(() => server.of(lease).length >= 22);
  await next.stop();
  expect(server.of(lease).slice(0, 20)).toEqual(numbered(0, 20));
  expect(server.of(lease).slice(20)).toEqual([
    '[… a line was lost when the host was ended …]',
    '[… what came after this was lost when the host was ended …]',
  ]);
  expect(await filesLeft()).toEqual([]);
});

test('a lease that somebody else has is sent no more', async () => {
  const server = new KeepingServer();
  server.standing = 'over';
  const [sender, lease] = [startSender(server), leaseOf('a')];
  await sender.write(lease, 'workflow', ['one']);
  await server.until(() => server.reports === 1);
  await sender.stop();
  await sender.write(lease, 'workflow', ['two']);
  expect([server.reports, server.lines.size, await filesLeft()]).toEqual([1, 0, []]);
});

test('a lease of which the server has not heard yet is sent again', async () => {
  const server = new KeepingServer();
  server.standing = 'unknown';
  const [sender, lease] = [startSender(server), leaseOf('a')];
  await sender.write(lease, 'workflow', ['one']);
  await server.until(() => server.reports === 1);
  server.standing = 'in force';
  await server.until(() => server.of(lease).length === 1);
  await sender.stop();
  expect(server.of(lease)).toEqual(['one']);
});

test('a host ends though the server never hears of its lease, and keeps what it printed', async () => {
  const server = new KeepingServer();
  server.standing = 'unknown';
  const [sender, lease] = [startSender(server), leaseOf('a')];
  await sender.write(lease, 'workflow', ['one']);
  lease.end();
  await sender.stop();
  expect(server.lines.size).toBe(0);
  expect(await filesLeft()).toContain('a.1.ndjson');
});

test('of a flood the beginning and the end are kept, and memory holds little of it', async () => {
  const server = new KeepingServer();
  const [sender, lease] = [startSender(server), leaseOf('a')];
  const text = 'x'.repeat(1_900);
  const before = process.memoryUsage.rss();
  for (let count = 0; count < 60; count += 1) {
    await sender.write(
      lease,
      'workflow',
      Array.from({ length: 1_000 }, (_, index) => `${count}.${index} ${text}`),
    );
  }
  lease.end();
  await server.until(() => server.of(lease).at(-1)?.startsWith('59.999 ') === true);
  const grown = process.memoryUsage.rss() - before;
  const lines = server.of(lease);
  await sender.stop();
  expect(lines[0]).toMatch(/^0\.0 /);
  expect(lines.filter((line) => line.startsWith('[…'))).toEqual([
    expect.stringMatching(/^\[… about \d+ MiB left out …\]$/),
  ]);
  // The server of this test holds what was kept, 64 MiB at most; 120 MB were printed.
  expect(lines.length).toBeLessThan(36_000);
  expect(grown).toBeLessThan(300 * 1024 ** 2);
});
