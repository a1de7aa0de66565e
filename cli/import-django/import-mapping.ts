import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { dataFolder } from '../../platform/data-folder.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

const Line = z.union([
  z.object({
    id: z.int(),
    /** What it is called here. */
    slug: z.string(),
    /** Differs when the site tells something else of it. */
    seen: z.string(),
  }),
  z.object({
    /** Dataset and path on the site. */
    file: z.string(),
    version: z.string(),
  }),
]);
type Line = z.infer<typeof Line>;

/** What was copied from a site to a server, kept in a file so that a later copy goes on where this one ends. */
export class ImportMapping {
  readonly file: string;
  readonly #items = new Map<number, { slug: string; seen: string }>();
  readonly #files = new Map<string, string>();

  private constructor(file: string) {
    this.file = file;
  }

  /** Reads what is there. Throws `invalid-input` for a file of something else. */
  static async open(file: string): Promise<ImportMapping> {
    const mapping = new ImportMapping(file);
    const text = await readFile(file, 'utf8').catch(() => '');
    // A line that a crash cut off tells nothing.
    for (const line of text.split('\n').slice(0, -1)) mapping.#take(parseLine(line, file));
    return mapping;
  }

  item(id: number): { slug: string; seen: string } | undefined {
    return this.#items.get(id);
  }

  versionOf(file: string): string | undefined {
    return this.#files.get(file);
  }

  async remember(line: Line): Promise<void> {
    this.#take(line);
    await mkdir(path.dirname(this.file), { recursive: true });
    await appendFile(this.file, `${JSON.stringify(line)}\n`);
  }

  #take(line: Line): void {
    if ('id' in line) this.#items.set(line.id, line);
    else this.#files.set(line.file, line.version);
  }
}

/** Where the mapping between a site and a server lies, unless somebody says otherwise. */
export function mappingFile(env: NodeJS.ProcessEnv, site: string, server: string): string {
  const key = createHash('sha256').update(`${site}\n${server}`).digest('hex').slice(0, 12);
  return path.join(dataFolder(env), 'imports', `${new URL(site).hostname}-${key}.jsonl`);
}

function parseLine(line: string, file: string): Line {
  try {
    return Line.parse(JSON.parse(line));
  } catch (error) {
    throw new CrunchError('invalid-input', `${file} is not a list of what was copied. Remove it, or name another.`, {
      cause: error,
    });
  }
}
