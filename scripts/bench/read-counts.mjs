import { parseArgs } from 'node:util';

/** How much a benchmark is to do, by the names of its options: `{ rows: 100_000 }` takes `-- --rows 500`. */
export function readCounts(defaults) {
  const options = Object.entries(defaults).map(([name, count]) => [name, { type: 'string', default: `${count}` }]);
  const { values } = parseArgs({ options: Object.fromEntries(options) });
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, readCount(name, text)]));
}

function readCount(name, text) {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} takes a whole number from 1, not “${text}”`);
  return Number(text);
}
