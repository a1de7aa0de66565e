/**
 * Who may import whom, one row a room. Every room may import itself, shared/domain and shared/errors; only
 * shared/domain imports nothing at all.
 * `code`: further rooms or modules that it may import. `types`: those of which it may import types only.
 * `npm`: the packages that it may import; any shipped one when absent. `node`: false where Node's own modules are out
 * of bounds, because the code also runs in a browser or in Temporal's sandbox.
 */
const ROOMS = {
  'shared/domain': { code: [], npm: [], node: false },
  'shared/errors': { code: [], npm: [], node: false },
  'shared/contract': { code: [], npm: ['zod'], node: false },
  workflows: {
    code: [],
    types: ['activities/host/signatures', 'activities/control/signatures'],
    npm: ['@temporalio/workflow', '@temporalio/common'],
    node: false,
  },
  'activities/host': { code: ['stages', 'storage', 'platform', 'shared'] },
  'activities/control': { code: ['catalog', 'storage', 'platform', 'shared'] },
  stages: { code: ['platform', 'shared'] },
  storage: { code: ['platform', 'shared'] },
  catalog: { code: ['platform', 'shared'] },
  platform: { code: ['shared'] },
  worker: {
    code: ['activities', 'stages', 'storage', 'catalog', 'platform', 'client', 'shared'],
  },
  api: { code: ['catalog', 'storage', 'platform', 'shared'] },
  client: { code: ['shared'], npm: ['zod', 'eventsource-parser'], node: false },
  web: { code: ['client', 'shared'], node: false },
  cli: { code: ['client', 'api', 'worker', 'storage', 'platform', 'shared'] },
};

/** Modules from which no chain of imports may lead to the catalog: a host has no database. */
const HOST_SIDE = '^(activities/host|worker/host|worker/run-host)';

const TEST_FILE = '[.]test[.]ts$|^test/';
const ANY_ROOM =
  '^(shared|workflows|activities|stages|storage|catalog|platform|worker|api|client|web|cli|test|scripts)/';
const EVERYWHERE = ['shared/domain', 'shared/errors'];

/** Rooms that run from installed packages; the build makes the web one whole. */
const SHIPPED_ROOMS = Object.keys(ROOMS).filter((room) => room !== 'web');
const SHIPPED = `^(${[...new Set(SHIPPED_ROOMS.map((room) => room.split('/')[0]))].join('|')})/`;

/** A pattern for files of rooms (`storage`) and single modules (`workflows/messages`). */
const within = (places) => `^(${places.join('|')})(/|[.]ts$)`;

const roomRules = Object.entries(ROOMS).flatMap(([room, { code, types = [], npm, node = true }]) => {
  const from = { path: `^${room}/`, pathNot: TEST_FILE };
  const mayImport = room === 'shared/domain' ? [room] : [room, ...EVERYWHERE, ...code];
  const rules = [
    {
      name: `${room}: rooms`,
      comment: `${room} imports ${code.join(', ') || 'no other room'}. Move the code to a room that may, or hand it in as an argument.`,
      from,
      to: { path: ANY_ROOM, pathNot: within([...mayImport, ...types]) },
    },
  ];
  if (types.length > 0) {
    rules.push({
      name: `${room}: only types`,
      comment: `Write “import type”: ${room} never runs code of ${types.join(' or ')}.`,
      from,
      to: { path: within(types), dependencyTypesNot: ['type-only'] },
    });
  }
  if (!node) {
    rules.push({
      name: `${room}: no Node`,
      comment: `${room} also runs where Node's modules don't exist. Do the work in platform and pass its result.`,
      from,
      to: { dependencyTypes: ['core'] },
    });
  }
  if (npm !== undefined) {
    rules.push({
      name: `${room}: packages`,
      comment: `${room} uses ${npm.join(', ') || 'no package'}. Do the work in a room that may use this one.`,
      from,
      to: { path: 'node_modules/', pathNot: npm.length > 0 ? `node_modules/(${npm.join('|')})/` : undefined },
    });
  }
  return rules;
});

const generalRules = [
  {
    name: 'every room has a row',
    comment: 'Give this folder a row in the table of .dependency-cruiser.cjs, or move the module to a room.',
    from: { path: '/', pathNot: within([...Object.keys(ROOMS), 'test', 'scripts', 'examples']) },
    to: {},
  },
  {
    name: 'web features stand alone',
    comment: 'A feature imports no other: let a page put both together, or move what both need to web/ui.',
    from: { path: '^web/features/([^/]+)/' },
    to: { path: '^web/(features|pages|app)/', pathNot: '^web/features/$1/' },
  },
  {
    name: 'web parts know no features',
    comment: 'What features are made of can’t know them. Hand in what it needs as a property.',
    from: { path: '^web/(ui|connection)/' },
    to: { path: '^web/(features|pages|app)/' },
  },
  {
    name: 'hosts have no catalog',
    comment: 'A host reaches the catalog through this chain. Cut it: what a host needs to know comes from the API.',
    from: { path: HOST_SIDE, pathNot: TEST_FILE },
    to: { path: '^catalog/', reachable: true },
  },
  {
    name: 'no cycles',
    comment: 'Move what both modules need into a third one.',
    from: { pathNot: '^catalog/generated/' },
    to: { circular: true },
  },
  {
    name: 'nothing imports tests',
    comment: 'Move what is wanted out of test/ into the room that it belongs to.',
    from: { pathNot: TEST_FILE },
    to: { path: TEST_FILE },
  },
  {
    name: 'only shipped packages',
    comment: 'An installed Crunch lacks this package: list it under “dependencies”.',
    from: { path: SHIPPED, pathNot: TEST_FILE },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only', 'npm'] },
  },
  {
    name: 'every import resolves',
    comment: 'There is no such module: correct the path, or list the package in package.json.',
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...roomRules, ...generalRules].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|examples)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
