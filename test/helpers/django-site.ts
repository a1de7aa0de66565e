import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findFreePort } from '../../platform/free-port.ts';

/** A running site of django-crunch, with its database and storage in a folder of its own. */
export interface DjangoSite {
  url: string;
  token: string;
  /** Where the files of its datasets lie. */
  storage: string;
  send(method: string, path: string, fields?: Record<string, string>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const MAKE_USER = `
import django
django.setup()
from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token
user = get_user_model().objects.create(username="root", is_superuser=True, is_staff=True)
print(Token.objects.get_or_create(user=user)[0].key)
`;

/** Starts the server that the Python package has in it; `programs` is the folder of its environment's programs. */
export async function startDjangoSite(programs: string): Promise<DjangoSite> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-django-'));
  const python = path.join(programs, 'python');
  const options = {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DJANGO_SETTINGS_MODULE: 'crunch.django.proj.settings',
      PYTHONUNBUFFERED: '1',
    },
  };
  await promisify(execFile)(python, ['-m', 'django', 'migrate', '--verbosity', '0'], options);
  const { stdout } = await promisify(execFile)(python, ['-c', MAKE_USER], options);
  const token = stdout.trim();
  const port = await findFreePort();
  const args = ['-m', 'django', 'runserver', '--noreload', '--verbosity', '1', `127.0.0.1:${port}`];
  const server = spawn(python, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  await untilListening(server);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    token,
    storage: path.join(folder, 'storage'),
    async send(method, route, fields) {
      const headers = { authorization: `Token ${token}` };
      const body = fields && new URLSearchParams(fields);
      const answer = await fetch(`${url}/api/${route}`, { method, headers, body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${route} ended with ${answer.status}: ${text.slice(0, 500)}`);
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    },
    async stop() {
      const ended = once(server, 'close');
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** It says where it listens right before it does. */
async function untilListening(server: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: server.stdout! })) {
    if (line.startsWith('Quit the server')) return server.stdout!.resume() && undefined;
  }
  throw new Error('the site of django-crunch ended at its start');
}
