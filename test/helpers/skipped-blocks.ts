/** Why blocks of the manual are not run, by their mark `skip=…`. */
export const SKIPPED_BLOCKS = {
  build: 'npm installs and builds what is tested here already; .ci/run does it from a clean copy',
  django: 'needs the Python package and a site of it; both are run in seed-client.test.ts and import-django.test.ts',
  docker:
    'needs a container engine; test/rules/containers.test.ts reads the files, external-services.test.ts runs them',
  example: 'names tokens and people of somebody else; run in cli-catalog.test.ts and api-people.test.ts',
  network: 'listens on an address of another network; network.test.ts does so in networks of its own',
  root: 'changes the firewall of this computer',
  services: 'needs services of somebody else; run in external-services.test.ts and temporal-tls.test.ts',
  slurm: 'needs a cluster; the script itself is run in manual.test.ts',
} as const;
