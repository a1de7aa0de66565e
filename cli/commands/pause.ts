import type { CrunchClient } from '../../client/index.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';
import { collect } from '../values/collect.ts';

interface ResumeOptions extends ServerOptions {
  project: string[];
}

interface PauseOptions extends ResumeOptions {
  reason?: string;
}

const addPauseCommand = defineCommand<[], PauseOptions>({
  name: 'pause',
  summary: 'Give hosts no dataset of a project any more; those that they have, they finish',
  details:
    'Datasets can still be added and queued; each says by whom its project is paused, and why. `crunch resume` takes it back. Prints a slug a line.',
  example: 'crunch pause --project penguins --reason "the reference is being replaced"',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) =>
    addServerOptions(
      command
        .requiredOption('--project <slug>', 'the project to pause (repeatable)', collect)
        .option('--reason <text>', 'why, for those whose datasets wait'),
    ),
  async run(terminal, [], { project, reason, ...server }) {
    const client = await openClient(terminal, server);
    await forEachProject(terminal, project, (slug) => client.pauseProject({ params: { slug }, body: { reason } }));
  },
});

const addResumeCommand = defineCommand<[], ResumeOptions>({
  name: 'resume',
  summary: 'Give hosts the datasets of a paused project again; prints a slug a line',
  example: 'crunch resume --project penguins',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) =>
    addServerOptions(command.requiredOption('--project <slug>', 'the project to resume (repeatable)', collect)),
  async run(terminal, [], { project, ...server }) {
    const client = await openClient(terminal, server);
    await forEachProject(terminal, project, (slug) => client.resumeProject({ params: { slug } }));
  },
});

/** `crunch pause` and `resume`. */
export const pauseCommandAdders: readonly CommandAdder[] = [addPauseCommand, addResumeCommand];

/** The first that can't be changed ends it: those before it are done, and printed. */
async function forEachProject(
  terminal: Terminal,
  slugs: string[],
  change: (slug: string) => ReturnType<CrunchClient['pauseProject']>,
): Promise<void> {
  for (const slug of slugs) {
    await change(slug);
    if (!terminal.json) terminal.print(slug);
  }
  if (terminal.json) terminal.printJson({ items: slugs });
}
