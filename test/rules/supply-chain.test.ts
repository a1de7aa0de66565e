import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

interface LockedPackage {
  version: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  hasInstallScript?: boolean;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  overrides: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

let manifest: Manifest;
let locked: [place: string, entry: LockedPackage][];

beforeAll(async () => {
  manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
  locked = Object.entries(lock.packages).filter(([place]) => place !== '');
});

/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

test('every package that the project names is pinned to one version of the registry', () => {
  const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
  const named = { ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides };
  expect(Object.keys(named).length).toBeGreaterThan(50);
  expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('every locked package has its checksum, but those for other systems, which were never here', () => {
  expect(locked.length).toBeGreaterThan(500);
  const without = locked.filter(([, entry]) => !entry.integrity?.startsWith('sha512-') && entry.link !== true);
  const unexplained = without.filter(([, { optional, os, cpu }]) => !optional || (os ?? cpu) === undefined);
  expect(unexplained.map(([place]) => place)).toEqual([]);
});

test('the lock file names no place from which a package comes, so that it is always the registry', () => {
  expect(locked.filter(([, { resolved, link }]) => resolved !== undefined || link === true)).toEqual([]);
});

test('no package runs a script when it is installed, and each that would like to is known', async () => {
  const wishing = new Set(locked.filter(([, entry]) => entry.hasInstallScript).map(([place]) => nameOf(place)));
  expect(manifest.allowScripts).toEqual(Object.fromEntries([...wishing].map((name) => [name, false])));
  for (const file of ['.ci/run', 'Dockerfile', 'scripts/lib/install-packages.mjs']) {
    const installs = (await readFile(file, 'utf8')).match(/^(RUN )?npm ci\b.*|\['ci',.*/gm) ?? [];
    expect([file, installs.length > 0, installs.filter((it) => !it.includes('--ignore-scripts'))]).toEqual([
      file,
      true,
      [],
    ]);
  }
});

test('`npm run sbom` lists what Crunch is made of and with, with versions and checksums', async () => {
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], options);
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { 'bom-ref': string; hashes?: unknown[] }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const named = Object.entries(manifest.dependencies).map(([name, version]) => `${name}@${version}`);
  expect(components.map((it) => it['bom-ref'])).toEqual(expect.arrayContaining(named));
  expect(components.filter(({ hashes }) => hashes?.length !== 1)).toEqual([]);
});
