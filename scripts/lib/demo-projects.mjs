import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './run-program.mjs';

const EXAMPLES = path.join(ROOT, 'examples');

/** A file of an example. */
export function exampleFile(example, file) {
  return path.join(EXAMPLES, example, file);
}

/** Adds an example's project with its datasets, attributes and files, which are then queued. */
export async function addExample(crunch, example, dataFolder) {
  const description = JSON.parse(await readFile(exampleFile(example, 'project.json'), 'utf8'));
  const { slug } = await addProject(crunch, example, description);
  console.log(`  project ${slug}: ${description.workflow}, ${description.datasets.length} datasets`);
  for (const dataset of description.datasets) {
    const files = path.join(dataFolder, example, dataset.files);
    const added = await crunch.run('add-dataset', slug, dataset.name, '--files', files);
    console.log(`  dataset ${added.slug}: files of ${files}`);
    for (const [type, key, ...values] of dataset.attributes) {
      await crunch.run(`add-${type}-attribute`, added.slug, key, ...values.map(String));
    }
  }
}

function addProject(crunch, example, { name, description, engine, workflow, plan }) {
  const options = ['--engine', engine, '--workflow', exampleFile(example, workflow), '--description', description];
  if (plan !== undefined) options.push('--plan', exampleFile(example, plan));
  // Short, so that a host which is killed during the demo is replaced while one watches.
  options.push('--heartbeat-timeout', '5s', '--grace', '5s');
  return crunch.run('add-project', name, ...options);
}
