// Authors a migration: node scripts/new-migration.mjs NAME
//
// The difference between the schema as last migrated (prisma/migrations/schema.snapshot.prisma) and prisma/schema.prisma
// becomes prisma/migrations/<time>_<name>/migration.sql. No database is needed. What Prisma's schema can't say (CHECK
// constraints, partial indexes, functions) is then added to that file by hand; where the schema did not change, the
// file starts empty for that.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

const SCHEMA = 'prisma/schema.prisma';
const MIGRATIONS = 'prisma/migrations';
const SNAPSHOT = path.join(MIGRATIONS, 'schema.snapshot.prisma');

// The engine asks its database for schema and version even where it only compares two files.
const noDatabase = {
  provider: 'postgres',
  adapterName: 'none',
  connect: async () => ({
    provider: 'postgres',
    adapterName: 'none',
    queryRaw: async () => ({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, 'PostgreSQL 18.0', 180000]],
    }),
    executeRaw: async () => 0,
    executeScript: async () => {},
    startTransaction: async () => {
      throw new Error('there is no database');
    },
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  }),
  connectToShadowDb: async () => {
    throw new Error('there is no database');
  },
};

const name = process.argv[2];
if (!/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
  console.error('usage: node scripts/new-migration.mjs NAME     (a-z, 0-9 and _)');
  process.exit(2);
}

const folder = path.join(MIGRATIONS, `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`);
const sql = await diffSchemas();
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'migration.sql'), sql);
copyFileSync(SCHEMA, SNAPSHOT);
console.log(`${folder}/migration.sql${sql === '' ? ' (empty: the schema did not change)' : ''}`);
process.exit(0);

async function diffSchemas() {
  const { SchemaEngine } = await loadEngine();
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(noDatabase),
  );
  const difference = await engine.diff({
    from: existsSync(SNAPSHOT) ? datamodel(SNAPSHOT) : { tag: 'empty' },
    to: datamodel(SCHEMA),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return difference.exitCode === 0 ? '' : difference.stdout;
}

function datamodel(file) {
  return { tag: 'schemaDatamodel', files: [{ path: path.resolve(file), content: readFileSync(file, 'utf8') }] };
}

/** The package's own entry leaves loading the WebAssembly file to a bundler. */
async function loadEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const module = new WebAssembly.Module(readFileSync(path.join(path.dirname(entry), 'schema_engine_bg.wasm')));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}
