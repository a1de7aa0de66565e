import { Runtime } from '@temporalio/worker';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { findFreePort } from './free-port.ts';
import { installTemporalRuntime } from './install-temporal-runtime.ts';
import { createLogger } from './logger.ts';
import { connectTemporalWorker } from './temporal-worker-connection.ts';

test('Temporal’s library logs through ours and leaves signals to us', async () => {
  const destination = new PassThrough();
  installTemporalRuntime(createLogger({ name: 'test', destination, pretty: false }));
  Runtime.instance().logger.warn('hello', { queue: 'q', error: new Error('fault') });
  const [line] = await once(destination, 'data');
  expect(JSON.parse(String(line))).toMatchObject({
    level: 40,
    msg: 'hello',
    queue: 'q',
    err: { message: 'fault' },
  });
  expect(Runtime.instance().options.shutdownSignals).toEqual([]);
});

test('a server that is not there is told with its address', async () => {
  const address = `127.0.0.1:${await findFreePort()}`;
  await expect(connectTemporalWorker({ address, namespace: 'default' })).rejects.toMatchObject({
    code: 'temporal-unreachable',
    message: expect.stringContaining(address),
  });
});
