import { execFile, type ExecFileException } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { API_PREFIX } from '../../shared/contract/index.ts';

interface FuzzOptions {
  /** Schemathesis. */
  program: string;
  /** The server's. */
  url: string;
  token: string;
  /** Of a lease that is in force. */
  ticket: string;
  /** At most so many cases of each operation in each phase. */
  examples: number;
  seed: number;
}

export interface FuzzOutcome {
  exitCode: number;
  /** What the program tells people. */
  output: string;
  /** The status of each answer. */
  statuses: number[];
}

/** How a request that breaks its schema may be refused. */
const REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, 431, '5xx'];

const SERIALIZERS = fileURLToPath(new URL('fuzz-serializers.py', import.meta.url));

/**
 * Events never end, so that there is no answer to judge; a host's question for work may be answered after half a minute.
 * Not everything that is refused can be said in a schema (a path's bytes, a password that is easy to guess), and tokens
 * that are none are counted, which other tests look at: those two checks are left out.
 */
const settings = (ticket: string) => `
hooks = ${JSON.stringify(SERIALIZERS)}

[[operations]]
include-path-regex = "^/v1/lease/"
parameters = { "header.crunch-ticket" = "${ticket}" }

[[operations]]
include-operation-id = ["streamEvents", "followLog"]
enabled = false

[[operations]]
include-operation-id = "getHostWork"
parameters = { waitSeconds = 0 }

[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "502", "503"]

# What is too large is refused before anybody looks at what it says.
[checks.negative_data_rejection]
expected-statuses = [${REFUSALS.map((status) => `"${status}"`).join(', ')}]

[checks.positive_data_acceptance]
enabled = false

[checks.ignored_auth]
enabled = false
`;

const run = promisify(execFile);

/** Sends a server what its own document allows and forbids, and judges each answer by that document. */
export async function fuzzApi({ program, url, token, ticket, examples, seed }: FuzzOptions): Promise<FuzzOutcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-fuzz-'));
  try {
    const [config, report] = [path.join(folder, 'settings.toml'), path.join(folder, 'report.ndjson')];
    await writeFile(config, settings(ticket));
    const args = [
      ...['--config-file', config, 'run', `${url}${API_PREFIX}/openapi.json`],
      ...['--header', `Authorization: Bearer ${token}`],
      ...[
        '--request-timeout',
        '60',
        '--seed',
        String(seed),
        '--max-examples',
        String(examples),
        '--generation-database',
        'none',
      ],
      ...['--report', 'ndjson', '--report-ndjson-path', report, '--continue-on-failure', '--no-color'],
    ];
    const outcome = await runToEnd(program, args, folder);
    return { ...outcome, statuses: statusesOf(await readFile(report, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runToEnd(program: string, args: string[], cwd: string): Promise<Omit<FuzzOutcome, 'statuses'>> {
  try {
    const { stdout } = await run(program, args, { cwd, maxBuffer: 256 * 1024 * 1024 });
    return { exitCode: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as ExecFileException & { stdout: string; stderr: string };
    return { exitCode: Number(code), output: stdout + stderr };
  }
}

function statusesOf(report: string): number[] {
  return Array.from(report.matchAll(/"status_code": ?(\d{3})/g), ([, status]) => Number(status));
}
