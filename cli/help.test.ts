import { captureCrunch } from '../test/helpers/capture-crunch.ts';
import { EXIT_CODES } from './exit-codes.ts';

const COMMANDS = [
  ...['up', 'server', 'control', 'migrate', 'loop', 'next', 'run'],
  ...['add-project', 'add-dataset', 'add-item'],
  ...['add-char-attribute', 'add-float-attribute', 'add-datetime-attribute', 'add-date-attribute'],
  ...['add-lat-long-attribute', 'add-integer-attribute', 'add-filesize-attribute', 'add-boolean-attribute'],
  ...['edit-project', 'edit-dataset', 'edit-item', 'edit-attribute', 'delete-attribute'],
  ...['move', 'archive', 'unarchive', 'delete', 'locations'],
  ...['add-url-attribute', 'import-django', 'queue', 'retry', 'cancel', 'pause', 'resume'],
  ...['import', 'export'],
  ...['projects', 'datasets', 'show', 'statuses', 'logs', 'files', 'download', 'upload', 'hosts'],
  ...['diagnostics', 'doctor', 'login', 'token', 'token create', 'token list', 'token revoke'],
  ...['members', 'members list', 'members add', 'members remove', 'visibility', 'audit'],
  ...['admin', 'admin create', 'admin list', 'admin reset-password', 'admin remove'],
];

test('crunch --help lists every command and every exit code', async () => {
  const { exitCode, stdout } = await captureCrunch(['--help']);
  expect(exitCode).toBe(0);
  for (const command of COMMANDS.filter((name) => !name.includes(' '))) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  for (const [code, meaning] of Object.entries(EXIT_CODES)) expect(stdout).toContain(`${code}  ${meaning}`);
});

test.each(COMMANDS)('crunch %s --help shows an example and the exit codes', async (command) => {
  const { exitCode, stdout } = await captureCrunch([...command.split(' '), '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Example:\n  crunch ${command}`);
  expect(stdout).toMatch(/Exit codes:\n +0 {2}done\n/);
});

test('crunch without a command shows the help and is bad usage', async () => {
  const { exitCode, stdout, stderr } = await captureCrunch([]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('Usage: crunch');
});

test('crunch --version prints the version alone', async () => {
  const { exitCode, stdout } = await captureCrunch(['--version']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
