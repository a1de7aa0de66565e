import path from 'node:path';
import Table from 'cli-table3';

/** What became of every dataset; the files that runs made are fetched into a folder of each dataset below `folder`. */
export async function collectResults(crunch, folder) {
  const { items } = await crunch.run('datasets', '--limit', '1000');
  const results = [];
  for (const { slug, state, host } of items) {
    const files = await crunch.run('files', slug, '--limit', '1000');
    const paths = files.items.filter((file) => file.origin !== 'input').map((file) => file.path);
    if (paths.length > 0) {
      await crunch.run('download', slug, ...paths, '--to', path.join(folder, ...slug.split(':')));
    }
    results.push({ slug, state, host, paths });
  }
  return results;
}

/** `seconds` holds how long each dataset took, by its slug. */
export function printResults(results, seconds) {
  const table = new Table({
    head: ['dataset', 'state', 'host', 'seconds', 'result files'],
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
  });
  for (const { slug, state, host, paths } of results) {
    table.push([slug, state, host ?? '', seconds.get(slug)?.toFixed(1) ?? '', paths.join('\n')]);
  }
  console.log(`\n${table.toString()}\n`);
}
