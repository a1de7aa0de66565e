import type { CrunchClient } from '../../client/index.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';

const DEEDS = [
  {
    name: 'archive',
    archived: true,
    summary: 'Hide projects or datasets from lists, and have them not processed; prints their slugs',
    details:
      'What is archived can be read and downloaded, and is listed with --archived. Refused while a dataset is queued or running. `crunch unarchive` takes it back.',
  },
  {
    name: 'unarchive',
    archived: false,
    summary: 'Show archived projects or datasets again; prints their slugs',
    details: 'A dataset of an archived project is shown once its project is, too.',
  },
] as const;

/** `crunch archive` and `unarchive`. */
export const archiveCommandAdders: readonly CommandAdder[] = DEEDS.map(({ name, archived, summary, details }) =>
  defineCommand<[slugs: string[]], ServerOptions>({
    ...{ name, summary, details },
    example: `crunch ${name} penguins:torgersen`,
    exitCodes: [...SERVER_COMMAND, 4, 5],
    configure: (command) => addServerOptions(command.argument('<slug...>', 'slugs of projects or datasets')),
    async run(terminal, [slugs], server) {
      const client = await openClient(terminal, server);
      // The first that can't be changed ends it: those before it are done, and printed.
      for (const slug of slugs) {
        await setArchived(client, slug, archived);
        if (!terminal.json) terminal.print(slug);
      }
      if (terminal.json) terminal.printJson({ items: slugs });
    },
  }),
);

async function setArchived(client: CrunchClient, slug: string, archived: boolean): Promise<void> {
  const { kind } = await client.getItem({ params: { slug } });
  if (kind === 'item') {
    throw new CrunchError('invalid-input', `${slug} is neither a project nor a dataset; only those can be archived.`);
  }
  const change = { params: { slug }, body: { archived } };
  await (kind === 'project' ? client.changeProject(change) : client.changeDataset(change));
}
