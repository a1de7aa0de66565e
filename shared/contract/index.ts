import { actionEndpoints } from './actions.ts';
import { attributeEndpoints } from './attributes.ts';
import { auditEndpoints } from './audit.ts';
import { datasetListEndpoints } from './dataset-lists.ts';
import { datasetEndpoints } from './datasets.ts';
import { eventEndpoints } from './events.ts';
import { fileEndpoints } from './files.ts';
import { hostEndpoints } from './hosts.ts';
import { importEndpoints } from './imports.ts';
import { itemEndpoints } from './items.ts';
import { leaseFileEndpoints } from './lease-files.ts';
import { leasePartEndpoints } from './lease-parts.ts';
import { logEndpoints } from './logs.ts';
import { memberEndpoints } from './members.ts';
import { pauseEndpoints } from './pauses.ts';
import { peopleEndpoints } from './people.ts';
import { projectEndpoints } from './projects.ts';
import { runOutputEndpoints } from './run-output.ts';
import { serverEndpoints } from './server.ts';
import { tableEndpoints } from './tables.ts';
import { tokenEndpoints } from './tokens.ts';
import { treeEndpoints } from './tree.ts';

/** Every operation of the HTTP API, by name. */
export const contract = {
  ...serverEndpoints,
  ...projectEndpoints,
  ...memberEndpoints,
  ...pauseEndpoints,
  // Before the datasets: one of their paths would take `export` for a slug.
  ...tableEndpoints,
  // Its `/datasets/counts` comes before the `/datasets/{slug}` of others.
  ...datasetListEndpoints,
  ...datasetEndpoints,
  ...actionEndpoints,
  ...fileEndpoints,
  ...logEndpoints,
  ...importEndpoints,
  ...itemEndpoints,
  ...treeEndpoints,
  ...attributeEndpoints,
  ...hostEndpoints,
  ...runOutputEndpoints,
  ...leaseFileEndpoints,
  ...leasePartEndpoints,
  ...tokenEndpoints,
  ...peopleEndpoints,
  ...eventEndpoints,
  ...auditEndpoints,
} as const;

export type Contract = typeof contract;
export type OperationName = keyof Contract;

/** The prefix of every path of the contract. */
export const API_PREFIX = '/api/v1';
