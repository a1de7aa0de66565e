import { createHash } from 'node:crypto';
import { createServerAccess } from './server-access.ts';

const SCRIPT = '#!/bin/sh\n';

/** Access to a server that sends `content` whatever workflow it is asked for, and how often it was asked. */
function accessTo(content: string) {
  let asked = 0;
  const unused = async (): Promise<never> => {
    throw new Error('only workflows are asked for');
  };
  const server = createServerAccess(
    {
      ...{ getDataset: unused, getProject: unused, getRun: unused, refuseRun: unused, reportOutput: unused },
      async getWorkflowContent() {
        asked += 1;
        return new Blob([content]).stream();
      },
    },
    'lab',
  );
  return { server, asked: () => asked };
}

const sha256 = createHash('sha256').update(SCRIPT).digest('hex');

test('a workflow is fetched and checked once', async () => {
  const { server, asked } = accessTo(SCRIPT);
  for (let round = 0; round < 3; round += 1) expect((await server.readWorkflow(sha256)).toString()).toBe(SCRIPT);
  expect(asked()).toBe(1);
});

test('content whose checksum isn’t the run’s is refused each time', async () => {
  const { server, asked } = accessTo('#!/bin/sh\nrm -rf data\n');
  for (let round = 0; round < 2; round += 1) {
    await expect(server.readWorkflow(sha256)).rejects.toMatchObject({
      code: 'source-unavailable',
      message: expect.stringContaining(sha256),
    });
  }
  expect(asked()).toBe(2);
});
