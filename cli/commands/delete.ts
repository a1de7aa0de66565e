import type { CrunchClient } from '../../client/index.ts';
import type { Item } from '../../shared/contract/items.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { presentDeletion } from '../output/present-deletion.ts';
import type { Terminal } from '../output/terminal.ts';

interface DeleteOptions extends ServerOptions {
  dryRun?: boolean;
  keepFiles?: boolean;
  yes?: boolean;
  confirm?: string;
}

export const addDeleteCommand = defineCommand<[slug: string], DeleteOptions>({
  name: 'delete',
  summary: 'Remove a project, a dataset or an item with all below it, and the files in storage',
  details:
    'Shows what goes and asks. Scripts say --yes, for a project --confirm with its slug. Refused while a dataset is queued or running. Files are removed by the server soon after, also when the storage is away for a while.',
  example: 'crunch delete penguins:torgersen --dry-run',
  exitCodes: [...SERVER_COMMAND, 4, 5, 130],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<slug>', 'the slug of a project, a dataset or an item')
        .option('--dry-run', 'change nothing, print what would go')
        .option('--keep-files', 'leave the files in storage')
        .option('--yes', 'don’t ask; not enough for a project')
        .option('--confirm <slug>', 'don’t ask; the slug once more'),
    ),
  async run(terminal, [slug], { dryRun = false, keepFiles = false, yes = false, confirm, ...server }) {
    const client = await openClient(terminal, server);
    const item = await client.getItem({ params: { slug } });
    const preview = await client.previewDeletion({ params: { slug: item.slug } });
    const deletion = { slug: item.slug, keepFiles, ...preview };
    if (dryRun) return terminal.printResult(deletion, (it) => presentDeletion(terminal, it));
    if (preview.hindrance !== null) throw new CrunchError('conflict', preview.hindrance);
    if (!isConfirmed(item, { yes, confirm })) await ask(terminal, item, presentDeletion(terminal, deletion));
    await remove(client, item, keepFiles);
    terminal.printResult(deletion, (it) => it.slug);
  },
});

/** Throws `invalid-input` for a slug that is another's. */
function isConfirmed({ slug, kind }: Item, { yes, confirm }: { yes: boolean; confirm?: string }): boolean {
  if (confirm !== undefined && confirm !== slug) {
    throw new CrunchError('invalid-input', `--confirm says ${confirm}, which is not ${slug}. Nothing was deleted.`);
  }
  return confirm === slug || (yes && kind !== 'project');
}

async function ask({ stdin, stderr }: Terminal, { slug, kind }: Item, plan: string): Promise<void> {
  const option = kind === 'project' ? `--confirm ${slug}` : '--yes';
  if (!stdin.isTTY) throw new CrunchError('invalid-input', `Nobody is there to be asked. Add ${option}.`);
  const { readLine } = await import('../input/read-line.ts');
  stderr.write(`${plan}\n`);
  const answer = await readLine({ input: stdin, prompts: stderr, prompt: `Type ${slug} to delete it: ` });
  if (answer !== slug) throw new CrunchError('interrupted', `That is not ${slug}. Nothing was deleted.`);
}

async function remove(client: CrunchClient, { slug, kind }: Item, keepFiles: boolean): Promise<void> {
  const params = { slug };
  if (kind === 'project') return client.deleteProject({ params, query: { confirm: slug, keepFiles } });
  if (kind === 'dataset') return client.deleteDataset({ params, query: { keepFiles } });
  return client.deleteItem({ params });
}
