export { changesOf } from './changes.ts';
export { createClient } from './create-client.ts';
export type { CallArguments, CallOptions, CallResult, ClientOptions, CrunchClient, Upload } from './create-client.ts';
export { followLog } from './follow-log.ts';
export { itemsOf, pagesOf } from './pages.ts';
export { CrunchError } from '../shared/errors/crunch-error.ts';
