import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrunchStack } from '../helpers/crunch-stack.ts';

let stack: CrunchStack;

beforeAll(async () => {
  stack = await CrunchStack.start();
}, 120_000);

afterAll(() => stack.stop(), 60_000);

/** Waits for a file, for as long as it takes. */
function waitingScript(file: string): string {
  return `#!/bin/sh\nuntil [ -e '${file}' ]; do sleep 0.1; done\necho done > out.txt\n`;
}

test('of a paused project hosts finish what they have and get no more, and end when nothing else is left', async () => {
  const gate = path.join(stack.folder, 'paused-gate');
  const project = await stack.addProject('Paused', waitingScript(gate));
  const [first, second] = [await stack.addDataset(project, 'One'), await stack.addDataset(project, 'Two')];
  const host = stack.host('p1', 'loop', '--project', project, '--until-empty');
  await host.event((event) => event.type === 'claimed');
  const [taken = ''] = host.events.flatMap((event) => (event.type === 'claimed' ? [event.dataset] : []));
  const waiting = taken === first ? second : first;
  // The host has but one slot: the other is offered to it, too.
  while ((await stack.show(waiting)).run === null);

  await stack.json('pause', '--project', project, '--reason', 'the disk is full');
  const reason = /^its project is paused by .*: the disk is full; resume it to go on$/;
  await expect(stack.show(waiting)).resolves.toMatchObject({ state: 'queued', reason: expect.stringMatching(reason) });
  await writeFile(gate, '');
  await expect(host.ended).resolves.toMatchObject({ exitCode: 0 });
  await expect(stack.show(taken)).resolves.toMatchObject({ state: 'completed' });
  await expect(stack.show(waiting)).resolves.toMatchObject({ state: 'queued', run: { state: 'waiting' } });

  await stack.json('resume', '--project', project);
  const other = stack.host('p2', 'loop', '--project', project, '--until-empty');
  await expect(other.ended).resolves.toMatchObject({ exitCode: 0 });
  await expect(stack.show(waiting)).resolves.toMatchObject({ state: 'completed', host: 'p2', runs: 1 });
}, 120_000);
