import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { makeSignInBench } from '../helpers/sign-in-bench.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'people and projects over the command line', ({ url: databaseUrl }) => {
  let api: TestApi;
  let env: Record<string, string>;
  let email: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
    email = (await (await makeSignInBench(api)).addPerson('guest')).email;
    await crunch('add-project', 'Over the line', '--visibility', 'internal');
  });
  afterAll(() => api.stop());

  const crunch = (...commandLine: string[]) => captureCrunch(commandLine, env);

  test('members are added, listed and removed', async () => {
    expect((await crunch('members', 'add', 'over-the-line', email, 'editor')).stdout).toContain(`${email} is editor`);
    const { stdout } = await crunch('members', 'over-the-line', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ email, role: 'editor' }], next: null });
    expect((await crunch('members', 'list', 'over-the-line')).stdout).toMatch(new RegExp(`${email} .* editor`));
    expect((await crunch('members', 'remove', 'over-the-line', email)).exitCode).toBe(0);
    expect((await crunch('members', 'remove', 'over-the-line', email)).exitCode).toBe(4);
    expect((await crunch('members', 'add', 'over-the-line', email, 'king')).exitCode).toBe(2);
  });

  test('a project is opened and closed', async () => {
    const read = async () => JSON.parse((await crunch('show', 'over-the-line', '--json')).stdout) as object;
    expect(await read()).toMatchObject({ visibility: 'internal', publicLogs: false });
    await crunch('visibility', 'over-the-line', 'public', '--logs');
    expect(await read()).toMatchObject({ visibility: 'public', publicLogs: true });
    await crunch('visibility', 'over-the-line', 'private');
    expect(await read()).toMatchObject({ visibility: 'private', publicLogs: true });
    expect((await crunch('show', 'over-the-line')).stdout).toMatch(/visible +private/);
  });

  test('the audit log is shown and exported, and no cell of it is a formula', async () => {
    await crunch('token', 'create', '--name', '=cmd()', '--scope', 'read');
    const of = ['audit', '--action', 'project', '--subject', 'over-the-line'];
    expect((await crunch(...of)).stdout).toContain('project.create');
    const { stdout } = await crunch(...of, '--export', 'jsonl');
    const actions = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { action: string }).action);
    expect(actions.at(-1)).toBe('project.create');
    const csv = (await crunch(...of, '--export', 'csv')).stdout.trimEnd().split('\n');
    expect(csv[0]).toBe('id,at,actor,address,action,subject,project,detail');
    expect(csv).toHaveLength(actions.length + 1);
    const formula = await api.signIn({ name: '=1+1' });
    await formula.createProject({ body: { name: 'By a formula' } });
    expect((await crunch('audit', '--actor', '=1+1', '--export', 'csv')).stdout).toContain(",'=1+1,");
  });
});
