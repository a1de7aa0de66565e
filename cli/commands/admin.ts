import { Option, type Command } from 'commander';
import type { CrunchClient } from '../../client/index.ts';
import type { Person } from '../../shared/contract/people.ts';
import { PERSON_ROLES, type PersonRole } from '../../shared/domain/person-role.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, defineCommandGroup } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import type { Terminal } from '../output/terminal.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';

interface PasswordOptions extends ServerOptions {
  passwordStdin?: boolean;
}

interface CreateOptions extends PasswordOptions {
  name?: string;
  role: PersonRole;
}

const COLUMNS: Column<Person>[] = [
  { title: 'e-mail', cell: (person) => person.email },
  { title: 'name', cell: (person) => person.name },
  { title: 'role', cell: (person) => person.role },
  { title: 'since', cell: (person) => formatAge(person.createdAt) },
];

const addCreateCommand = defineCommand<[email: string], CreateOptions>({
  name: 'create',
  summary: 'Make an account for somebody, who then can sign in to the web UI',
  details: 'The password is asked for and not shown. It has at least 12 characters and is not easy to guess.',
  example: 'crunch admin create ada@example.org --name "Ada Lovelace" --role member',
  exitCodes: [...SERVER_COMMAND, 5, 130],
  configure: (command) =>
    addPasswordOptions(command)
      .option('--name <name>', 'how others see the person (default: the part of the address before the @)')
      .addOption(
        new Option('--role <role>', 'what the person is on this server').choices(PERSON_ROLES).default('member'),
      ),
  async run(terminal, [email], { name = nameIn(email), role, passwordStdin, ...server }) {
    const client = await openClient(terminal, server);
    const password = await readNewPassword(terminal, passwordStdin);
    const person = await client.createPerson({ body: { email, name, role, password } });
    terminal.printResult(person, (it) => `${it.email} can sign in (role ${it.role})`);
  },
});

const addListCommand = defineCommand<[], ServerOptions & PageOptions>({
  name: 'list',
  summary: 'List the accounts',
  example: 'crunch admin list',
  exitCodes: SERVER_COMMAND,
  configure: (command) => addServerOptions(addPageOptions(command)),
  async run(terminal, [], { limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listPeople({ query: { limit, cursor } }), COLUMNS);
  },
});

const addResetCommand = defineCommand<[email: string], PasswordOptions>({
  name: 'reset-password',
  summary: 'Give an account another password, and sign it out everywhere',
  example: 'crunch admin reset-password ada@example.org',
  exitCodes: [...SERVER_COMMAND, 4, 130],
  configure: addPasswordOptions,
  async run(terminal, [email], { passwordStdin, ...server }) {
    const client = await openClient(terminal, server);
    const { id } = await findPerson(client, email);
    const password = await readNewPassword(terminal, passwordStdin);
    const person = await client.changePerson({ params: { id }, body: { password } });
    terminal.printResult(person, (it) => `${it.email} has another password and is signed out`);
  },
});

const addRemoveCommand = defineCommand<[email: string], ServerOptions>({
  name: 'remove',
  summary: 'Remove an account with its sessions and tokens',
  example: 'crunch admin remove ada@example.org',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) => addServerOptions(addEmailArgument(command)),
  async run(terminal, [email], server) {
    const client = await openClient(terminal, server);
    const person = await findPerson(client, email);
    await client.removePerson({ params: { id: person.id } });
    terminal.printResult(person, (it) => `${it.email} is removed`);
  },
});

export const addAdminCommand = defineCommandGroup({
  name: 'admin',
  summary: 'Make, list, change and remove the accounts of people',
  example: 'crunch admin create ada@example.org --role guest',
  members: [addCreateCommand, addListCommand, addResetCommand, addRemoveCommand],
});

function addPasswordOptions(command: Command): Command {
  return addServerOptions(addEmailArgument(command)).option(
    '--password-stdin',
    'read the password from standard input',
  );
}

function addEmailArgument(command: Command): Command {
  return command.argument('<email>', 'the e-mail address with which the person signs in');
}

function nameIn(email: string): string {
  return email.split('@', 1)[0] ?? email;
}

async function readNewPassword({ stdin, stderr }: Terminal, fromStdin = false): Promise<string> {
  const { readPassword } = await import('../input/read-password.ts');
  return readPassword({ input: stdin, prompts: stderr, fromStdin });
}

async function findPerson(client: CrunchClient, email: string): Promise<Person> {
  const { items } = await client.listPeople({ query: { email } });
  if (items[0]) return items[0];
  throw new CrunchError('not-found', `There is no account ${email}. \`crunch admin list\` shows all.`);
}
