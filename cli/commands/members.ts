import { Argument } from 'commander';
import type { Member } from '../../shared/contract/members.ts';
import { PROJECT_ROLES, type ProjectRole } from '../../shared/domain/project-role.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, defineCommandGroup } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';

const COLUMNS: Column<Member>[] = [
  { title: 'e-mail', cell: (member) => member.email },
  { title: 'name', cell: (member) => member.name },
  { title: 'role', cell: (member) => member.role },
  { title: 'since', cell: (member) => formatAge(member.since) },
];

const addListCommand = defineCommand<[project: string], ServerOptions & PageOptions>({
  name: 'list',
  summary: 'List who is what in a project; `crunch members PROJECT` does the same',
  example: 'crunch members list penguins',
  isDefault: true,
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) => addServerOptions(addPageOptions(command.argument('<project>', 'the slug of the project'))),
  async run(terminal, [slug], { limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listMembers({ params: { slug }, query: { limit, cursor } }), COLUMNS);
  },
});

const addAddCommand = defineCommand<[project: string, email: string, role: ProjectRole], ServerOptions>({
  name: 'add',
  summary: 'Make somebody with an account a member of a project, or give a member another role',
  details:
    'A viewer sees everything in the project; an editor also changes datasets, items, attributes and files, and queues drafts; an operator also retries, cancels and sets priorities; an owner also changes what the project runs, who its members are and who else sees it, and deletes it.',
  example: 'crunch members add penguins ada@example.org editor',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<project>', 'the slug of the project')
        .argument('<email>', 'the e-mail address with which the person signs in')
        .addArgument(new Argument('[role]', 'what they are to be').choices(PROJECT_ROLES).default('viewer')),
    ),
  async run(terminal, [slug, email, role], server) {
    const client = await openClient(terminal, server);
    const member = await client.setMember({ params: { slug, email }, body: { role } });
    terminal.printResult(member, (it) => `${it.email} is ${it.role} of ${slug}`);
  },
});

const addRemoveCommand = defineCommand<[project: string, email: string], ServerOptions>({
  name: 'remove',
  summary: 'End somebody’s membership of a project; one owner has to remain',
  example: 'crunch members remove penguins ada@example.org',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<project>', 'the slug of the project')
        .argument('<email>', 'the e-mail address with which the person signs in'),
    ),
  async run(terminal, [slug, email], server) {
    const client = await openClient(terminal, server);
    await client.removeMember({ params: { slug, email } });
    terminal.printResult({ project: slug, email }, (it) => `${it.email} is no member of ${slug} any more`);
  },
});

export const addMembersCommand = defineCommandGroup({
  name: 'members',
  summary: 'List, add and remove the members of a project',
  example: 'crunch members penguins',
  members: [addListCommand, addAddCommand, addRemoveCommand],
});
