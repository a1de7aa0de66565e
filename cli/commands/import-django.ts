import { resolveServer } from '../connection/resolve-server.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import type { ImportCounts } from '../import-django/import-site.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

interface ImportDjangoOptions {
  token?: string;
  to?: string;
  toToken?: string;
  files?: boolean;
  storageSettings?: string;
  mapping?: string;
  dryRun?: boolean;
}

export const addImportDjangoCommand = defineCommand<[url: string], ImportDjangoOptions>({
  name: 'import-django',
  summary: 'Copy a site of django-crunch to the server',
  details:
    'Projects, datasets, items, attributes and statuses; files too with --files. Given again, it goes on where it was broken off, and brings what is new there; what you have changed here is left alone. The server is the one of CRUNCH_URL and CRUNCH_TOKEN or of the profile, and the token for it has to be an admin’s.',
  example: 'crunch import-django https://old.example.org --token 0123abcd --files --storage-settings django.json',
  exitCodes: [...SERVER_COMMAND, 4, 5, 12, 130],
  configure: (command) =>
    command
      .argument('<url>', 'the address of the site that is copied')
      .option('--token <token>', 'a token of the site, of a user who sees everything (CRUNCH_DJANGO_TOKEN)')
      .option('--to <url>', 'the address of the server that gets the copy (CRUNCH_URL; else the profile)')
      .option(
        '--to-token <token>',
        'a token for that server (CRUNCH_TOKEN, or a file CRUNCH_TOKEN_FILE; else the profile)',
      )
      .option('--files', 'copy the files of all datasets')
      .option('--storage-settings <file>', 'with --files: the settings of the site’s storage, of Django or of Crunch')
      .option('--mapping <file>', 'where to keep what was copied (default: in the data folder)')
      .option('--dry-run', 'change nothing; show what would be copied'),
  async run(terminal, [url], options) {
    const { DjangoSite } = await import('../import-django/django-site.ts');
    const { readSite } = await import('../import-django/read-site.ts');
    const { importSite } = await import('../import-django/import-site.ts');
    const { ImportMapping, mappingFile } = await import('../import-django/import-mapping.ts');
    const { createClient } = await import('../../client/index.ts');

    const { dryRun = false, files: copiesFiles = false } = options;
    const server = await resolveServer({ url: options.to, token: options.toToken }, terminal.env);
    const client = createClient(server);
    const storage = copiesFiles ? await openSiteStorage(options.storageSettings) : undefined;
    const site = new DjangoSite(url, siteToken(options, terminal.env));
    const note = (text: string) => terminal.note(text);
    const mapping = await ImportMapping.open(options.mapping ?? mappingFile(terminal.env, site.url, server.url));
    const content = await readSite(site, note);
    const outcome = await importSite({ client, content, mapping, dryRun, copiesFiles, note });
    if (storage) {
      const { importFiles } = await import('../import-django/import-files.ts');
      const { untilInterrupted } = await import('../transfer/until-interrupted.ts');
      const { datasets } = content;
      try {
        await untilInterrupted((signal) =>
          importFiles({ client, storage, datasets, mapping, dryRun, outcome, note, signal }),
        );
      } finally {
        await storage.close();
      }
    }
    const { counts, warnings } = outcome;
    for (const warning of warnings) terminal.note(`warning: ${warning}`);
    terminal.printResult({ ...counts, dryRun, mapping: mapping.file, warnings }, () => describe(counts));
  },
});

function siteToken({ token }: ImportDjangoOptions, env: NodeJS.ProcessEnv): string {
  const found = token ?? env['CRUNCH_DJANGO_TOKEN'];
  if (found) return found;
  throw new CrunchError(
    'not-signed-in',
    'The site needs a token of its own: give --token, or set CRUNCH_DJANGO_TOKEN.',
  );
}

async function openSiteStorage(file: string | undefined) {
  if (file === undefined) {
    throw new CrunchError('invalid-input', 'Files are copied from the site’s storage: give --storage-settings too.');
  }
  const { readDjangoStorageSettings } = await import('../../storage/django-settings.ts');
  const { openStorage } = await import('../../storage/open-storage.ts');
  return openStorage(await readDjangoStorageSettings(file));
}

function describe(counts: ImportCounts): string {
  return Object.entries(counts)
    .map(
      ([kind, { added, changed, unchanged }]) =>
        `${kind}: ${added} added, ${changed} changed, ${unchanged} as they were`,
    )
    .join('\n');
}
