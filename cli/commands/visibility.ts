import { Argument } from 'commander';
import { VISIBILITIES, type Visibility } from '../../shared/domain/visibility.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';

interface VisibilityOptions extends ServerOptions {
  logs?: boolean;
}

const WORDS: Record<Visibility, string> = {
  private: 'there for its members only',
  internal: 'there for every member of this server',
  public: 'there for the whole world',
};

export const addVisibilityCommand = defineCommand<[project: string, visibility: Visibility], VisibilityOptions>({
  name: 'visibility',
  summary: 'Say for whom a project exists: its members, every member of this server, or the whole world; at once',
  details:
    'The world sees of a public project neither drafts nor hosts, and its logs only with --logs. What this changes is for the project’s owners.',
  example: 'crunch visibility penguins public',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<project>', 'the slug of the project')
        .addArgument(new Argument('<visibility>', 'for whom it exists').choices(VISIBILITIES))
        .option('--logs', 'let the world read its logs too, while it is public')
        .option('--no-logs', 'keep its logs for members'),
    ),
  async run(terminal, [slug, visibility], { logs, ...server }) {
    const client = await openClient(terminal, server);
    const project = await client.changeProject({ params: { slug }, body: { visibility, publicLogs: logs } });
    terminal.printResult(
      { slug: project.slug, visibility: project.visibility, publicLogs: project.publicLogs },
      (it) => `${it.slug} is ${it.visibility}: ${WORDS[it.visibility]}`,
    );
  },
});
