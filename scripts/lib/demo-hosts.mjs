import path from 'node:path';
import { exampleFile } from './demo-projects.mjs';

/**
 * Runs hosts side by side until nothing is left to process, with a line for each thing that happens. Returns how many
 * seconds each dataset took, by its slug.
 */
export async function processAll({ crunch, folder }, names, cleanup) {
  const seconds = new Map();
  const hosts = names.map((name) => {
    const host = crunch.watch(
      [
        ...['loop', '--until-empty', '--concurrency', '2', '--grace', '1s'],
        ...['--directory', path.join(folder, name), '--stages', exampleFile('penguins', 'stages.ts')],
      ],
      {
        env: { CRUNCH_HOST: name },
        onEvent(event) {
          if (event.type === 'finished') seconds.set(event.dataset, event.seconds);
          const text = describeEvent(event);
          if (text !== undefined) console.log(`  ${name}: ${text}`);
        },
      },
    );
    cleanup.add(() => host.stop());
    return host;
  });
  await Promise.all(hosts.map((host) => host.ended));
  return seconds;
}

function describeEvent(event) {
  if (event.error !== undefined) return event.error.message;
  switch (event.type) {
    case 'started':
      return `ready, ${event.slots} datasets at once`;
    case 'stage':
      return `${event.dataset} ${event.stage} ${describeStage(event)}`;
    case 'finished':
      return `${event.dataset} ${event.outcome} after ${event.seconds.toFixed(1)} s`;
    default:
      return undefined;
  }
}

function describeStage({ state, note }) {
  if (state === 'START') return 'started';
  return state === 'SUCCESS' ? 'done' : `failed: ${note ?? ''}`;
}
