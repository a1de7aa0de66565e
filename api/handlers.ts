import type { Contract } from '../shared/contract/index.ts';
import type { HandlersOf } from './handler.ts';
import { actionHandlers } from './routes/actions.ts';
import { archiveHandlers } from './routes/archive.ts';
import { attributeHandlers } from './routes/attributes.ts';
import { auditHandlers } from './routes/audit.ts';
import { datasetListHandlers } from './routes/dataset-lists.ts';
import { datasetHandlers } from './routes/datasets.ts';
import { eventHandlers } from './routes/events.ts';
import { fileHandlers } from './routes/files.ts';
import { hostHandlers } from './routes/hosts.ts';
import { importHandlers } from './routes/imports.ts';
import { itemHandlers } from './routes/items.ts';
import { leaseFileHandlers } from './routes/lease-files.ts';
import { leasePartHandlers } from './routes/lease-parts.ts';
import { logHandlers } from './routes/logs.ts';
import { memberHandlers } from './routes/members.ts';
import { pauseHandlers } from './routes/pauses.ts';
import { peopleHandlers } from './routes/people.ts';
import { projectHandlers } from './routes/projects.ts';
import { runOutputHandlers } from './routes/run-output.ts';
import { runHandlers } from './routes/runs.ts';
import { serverHandlers } from './routes/server.ts';
import { tableHandlers } from './routes/tables.ts';
import { tokenHandlers } from './routes/tokens.ts';
import { treeHandlers } from './routes/tree.ts';

/** A handler for each operation of the contract; one that is missing is a compile error. */
export const handlers: HandlersOf<Contract> = {
  ...serverHandlers,
  ...projectHandlers,
  ...memberHandlers,
  ...pauseHandlers,
  ...datasetListHandlers,
  ...datasetHandlers,
  ...tableHandlers,
  ...actionHandlers,
  ...fileHandlers,
  ...archiveHandlers,
  ...runHandlers,
  ...logHandlers,
  ...importHandlers,
  ...itemHandlers,
  ...treeHandlers,
  ...attributeHandlers,
  ...hostHandlers,
  ...runOutputHandlers,
  ...leaseFileHandlers,
  ...leasePartHandlers,
  ...tokenHandlers,
  ...peopleHandlers,
  ...eventHandlers,
  ...auditHandlers,
};
