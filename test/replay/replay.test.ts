import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { pathOfWorkflowBundle } from '../helpers/workflow-bundle.ts';

const FOLDER = fileURLToPath(new URL('histories', import.meta.url));
const NAMES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

function replay(history: unknown): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: { codePath: pathOfWorkflowBundle() } }, historyFromJSON(history));
}

const read = (name: string) =>
  JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as { events: { eventType: string }[] };

test('there is a history of every way that a run can go', () => {
  const ways = ['cancelled', 'cancelled-before-watch', 'cancelled-in-grace', 'cancelled-while-silent', 'completed'];
  expect(new Set(NAMES)).toEqual(new Set([...ways, 'failed', 'lost', 'paused'].map((name) => `${name}.json`)));
});

test.each(NAMES)('%s is replayed by this version', async (name) => {
  await expect(replay(read(name))).resolves.toBeUndefined();
});

test('a history that this version would not have made is refused', async () => {
  const history = read('completed.json');
  const scheduled = history.events.find(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED') as {
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  };
  scheduled.activityTaskScheduledEventAttributes!.activityType.name = 'another';
  await expect(replay(history)).rejects.toThrow(/TMPRL1100|[Nn]ondeterminism/);
});
