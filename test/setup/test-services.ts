import type { NetworkTools } from './network-tools.ts';
import type { TestS3Server } from './s3-server.ts';
import type { TestTemporal } from './temporal-server.ts';

/** The servers that tests may use, each of which runs once for all of them, and the programs. */
export interface TestServices {
  /** A fresh, migrated database for each suite. */
  postgres: { url: string };
  /** One bucket for all: keep to a prefix of your own. */
  s3: Omit<TestS3Server, 'stop'>;
  /** A namespace for each suite, with the search attributes set: the queues' names are the same everywhere. */
  temporal: Omit<TestTemporal, 'stop'>;
  /** Docker Compose, which reads its files without a container engine. */
  compose: { program: string };
  /** A linter of Dockerfiles. */
  hadolint: { program: string };
  /** What tries an API by its OpenAPI document. */
  schemathesis: { program: string };
  /** What makes networks of a suite's own. */
  network: NetworkTools;
  /** The Python package django-crunch: the folder of its environment's programs. */
  djangoCrunch: { programs: string };
  /** A browser to start. */
  chromium: { executablePath: string };
}

/** Where the run's servers are handed out, from global-setup.mjs. */
export const SERVICE_DESK_VARIABLE = 'CRUNCH_TEST_SERVICE_DESK';

/**
 * A suite that needs a server, which `body` gets. Where the server's tool can't be had, the suite is skipped, and
 * `npm test` names it. To be awaited at the top of a test file.
 */
export async function describeWith<Name extends keyof TestServices>(
  name: Name,
  title: string,
  body: (service: TestServices[Name]) => void,
): Promise<void> {
  await describeWithAll([name], title, (services) => body(services[name]));
}

/** A suite that needs several servers; else like `describeWith`. */
export async function describeWithAll<Name extends keyof TestServices>(
  names: Name[],
  title: string,
  body: (services: Pick<TestServices, Name>) => void,
): Promise<void> {
  const services: Partial<TestServices> = {};
  for (const name of names) {
    const answer = await fetch(`${process.env[SERVICE_DESK_VARIABLE]}/${name}`);
    const text = await answer.text();
    if (answer.status === 424) {
      describe.skip(`${title} (${text})`, () => {
        test('is skipped', () => undefined);
      });
      return;
    }
    if (!answer.ok) throw new Error(`the test service “${name}” doesn't start: ${text}`);
    services[name] = JSON.parse(text) as TestServices[Name];
  }
  describe(title, () => body(services as Pick<TestServices, Name>));
}
