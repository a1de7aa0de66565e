import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts } from './choose-ports.ts';

describe('ports', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crunch-ports-'));
    file = join(folder, 'ports.json');
  });

  afterEach(() => rm(folder, { recursive: true }));

  test('that are not given are free, differ, and are the same the next time', async () => {
    const ports = await choosePorts({}, file, '127.0.0.1');
    expect(new Set(Object.values(ports)).size).toBe(3);
    expect(await choosePorts({}, file, '127.0.0.1')).toEqual(ports);
  });

  test('that are taken meanwhile are chosen anew, the others stay', async () => {
    const ports = await choosePorts({}, file, '127.0.0.1');
    const other = createServer().listen(ports.api, '127.0.0.1');
    await once(other, 'listening');
    const next = await choosePorts({}, file, '127.0.0.1');
    other.close();
    expect(next).toEqual({ ...ports, api: expect.any(Number) });
    expect(next.api).not.toBe(ports.api);
  });

  test('that are given and taken are refused, naming the option', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const chosen = choosePorts({ temporal: port }, file, '127.0.0.1');
    await expect(chosen).rejects.toMatchObject({
      code: 'port-taken',
      message: expect.stringContaining('--temporal-port'),
    });
    other.close();
  });

  test.each(['192.0.2.1', 'computer.invalid', '127.0.0.1:8700'])('of %s are refused at once', async (address) => {
    await expect(choosePorts({}, file, address)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(`^${address} is not an address of this computer; it has .*127[.]0[.]0[.]1`),
    });
  });

  test('are chosen anew when what was kept is damaged', async () => {
    await writeFile(file, '{');
    expect(Object.values(await choosePorts({}, file, '127.0.0.1'))).toHaveLength(3);
  });
});
