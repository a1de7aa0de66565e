import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Parser } from 'tar';
import { fetchWorkflowSource, parseWorkflowSource } from './workflow-source.ts';

const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-source-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a text is taken as it stands, and named by what it is', async () => {
  const text = '#!/bin/sh\ntrue\n';
  const sha256 = createHash('sha256').update(text).digest('hex');
  await expect(fetchWorkflowSource({ kind: 'text', text }, { allow: [] })).resolves.toEqual({
    format: 'text',
    entry: 'workflow.sh',
    sha256,
    content: Buffer.from(text),
    guessedEngine: 'script',
  });
  const named = { kind: 'text', text: 'rule all:', fileName: 'main.smk' } as const;
  await expect(fetchWorkflowSource(named, { allow: [] })).resolves.toMatchObject({
    entry: 'main.smk',
    guessedEngine: 'snakemake',
  });
});

describe('a URL', () => {
  let server: Server;
  let host: string;

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('#!/bin/sh\necho fetched\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('of an allowed host is fetched', async () => {
    const source = { kind: 'url', url: `http://${host}/flows/count?x=1` } as const;
    await expect(fetchWorkflowSource(source, { allow: [host] })).resolves.toMatchObject({
      format: 'text',
      entry: 'count',
      content: Buffer.from('#!/bin/sh\necho fetched\n'),
      guessedEngine: 'script',
    });
  });

  test('of a private network is refused', async () => {
    const source = { kind: 'url', url: `http://${host}/flow` } as const;
    await expect(fetchWorkflowSource(source, { allow: [] })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('a repository', () => {
  let url: string;
  let first: string;
  let allow: string[];

  beforeAll(async () => {
    const repository = path.join(folder, 'repository');
    const git = async (...args: string[]) => {
      const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
      return (await run('git', ['-C', repository, ...author, ...args])).stdout.trim();
    };
    await mkdir(path.join(repository, 'flow'), { recursive: true });
    await git('init', '--quiet', '--initial-branch=main');
    await git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    await writeFile(path.join(repository, 'flow', 'Snakefile'), 'rule all:\n');
    await writeFile(path.join(repository, 'readme.txt'), 'one');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'One');
    first = await git('rev-parse', 'HEAD');
    await git('tag', 'v1');
    await writeFile(path.join(repository, 'readme.txt'), 'two');
    await git('commit', '--quiet', '-a', '-m', 'Two');
    url = pathToFileURL(repository).href;
    allow = [pathToFileURL(folder).href];
  });

  const fetchIt = (change: object = {}, allowed = allow) =>
    fetchWorkflowSource(
      { kind: 'repository', url, revision: 'main', path: 'flow/Snakefile', ...change },
      { allow: allowed },
    );

  async function namesIn(tar: Buffer): Promise<string[]> {
    const names: string[] = [];
    const parser = new Parser({
      onReadEntry(entry) {
        names.push(entry.path);
        entry.resume();
      },
    });
    const ended = once(parser, 'end');
    parser.end(tar);
    await ended;
    return names;
  }

  test('is fetched as the tree of one commit, the same bytes each time', async () => {
    const fetched = await fetchIt({ revision: 'v1' });
    expect(fetched).toMatchObject({
      format: 'tar',
      entry: 'flow/Snakefile',
      guessedEngine: 'snakemake',
      commit: first,
    });
    expect(await namesIn(fetched.content)).toEqual(['flow/', 'flow/Snakefile', 'readme.txt']);
    expect((await fetchIt({ revision: first })).sha256).toBe(fetched.sha256);
    expect((await fetchIt()).sha256).not.toBe(fetched.sha256);
  });

  test.each([
    [{ path: 'flow/none.smk' }, /has no file “flow\/none.smk” at main/],
    [{ path: 'flow' }, /has no file “flow”/],
    [{ path: '../Snakefile' }, /has the part “..”/],
    [{ revision: '--upload-pack=touch /tmp/x' }, /is not a revision/],
    [{ revision: 'main:refs/heads/x' }, /is not a revision/],
    [{ url: 'ext::sh -c id' }, /is refused/],
    [{ url: 'git://example.org/x' }, /only https and ssh/],
    [{ url: '/srv/repository' }, /give a URL/],
    [{ url: 'https://user:secret@example.org/x' }, /without a password/],
    [{ url: 'https://127.0.0.1/x.git' }, /127\.0\.0\.1/],
    [{ url: 'ssh://git@127.0.0.1/x.git' }, /127\.0\.0\.1/],
    [{ url: 'file:///etc' }, /files of the server/],
  ])('that is asked for as %j is refused', async (change, message) => {
    await expect(fetchIt(change)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message),
    });
  });

  test('shows no password in its refusal', async () => {
    const message = await fetchIt({ url: 'https://user:secret@example.org/x' }).catch(String);
    expect(message).not.toContain('secret');
  });

  test.each([{ revision: 'none' }, { url: 'https://host.invalid/x.git' }])(
    'that can’t be had now, %j, is tried again later',
    async (change) => {
      await expect(fetchIt(change)).rejects.toMatchObject({ code: 'source-unavailable' });
    },
  );

  test('beside an allowed folder is refused', async () => {
    await expect(fetchIt({}, [`${pathToFileURL(folder).href}/repo`])).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

test('what the catalog keeps of a source can be fetched again, unless it was a text', () => {
  const kept = { kind: 'repository', url: 'https://example.org/x.git', revision: 'main', path: 'a', commit: 'f00' };
  expect(parseWorkflowSource(kept)).toEqual({ kind: 'repository', url: kept.url, revision: 'main', path: 'a' });
  expect(() => parseWorkflowSource({ kind: 'text' })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});
