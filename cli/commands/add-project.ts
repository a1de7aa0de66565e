import { Option } from 'commander';
import { VISIBILITIES, type Visibility } from '../../shared/domain/visibility.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { addProjectOptions, readProjectOptions, type ProjectOptions } from '../project/project-options.ts';

interface AddProjectOptions extends ServerOptions, ProjectOptions {
  visibility?: Visibility;
}

export const addAddProjectCommand = defineCommand<[name: string], AddProjectOptions>({
  name: 'add-project',
  summary: 'Add a project with its workflow; prints its slug',
  details:
    'A workflow is a file, - for standard input, an https address, or a file in a repository: git+https://host/repository.git@REVISION#path. Addresses and repositories are fetched by the server.',
  example: 'crunch add-project Penguins --workflow Snakefile --param species=Adelie',
  exitCodes: [...SERVER_COMMAND, 5],
  configure: (command) =>
    addServerOptions(
      addProjectOptions(command.argument('<name>', 'the name of the new project')).addOption(
        new Option('--visibility <visibility>', 'for whom it exists (default: private, its members)').choices(
          VISIBILITIES,
        ),
      ),
    ),
  async run(terminal, [name], options) {
    const input = await readProjectOptions(options);
    const client = await openClient(terminal, options);
    const { visibility } = options;
    const { slug, warning } = await client.createProject({ body: { name, visibility, ...input } });
    if (warning !== null) terminal.note(`warning: ${warning}`);
    terminal.printResult(warning === null ? { slug } : { slug, warning }, (it) => it.slug);
  },
});
