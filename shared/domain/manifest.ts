/** Where a file of a dataset comes from: put there by people, made by a run, or an input that a run changed. */
export const FILE_ORIGINS = ['input', 'result', 'changed'] as const;
export type FileOrigin = (typeof FILE_ORIGINS)[number];

export interface ManifestFile {
  /** Relative to the dataset's base path, with `/` between parts. */
  path: string;
  sizeBytes: number;
  /** Lower-case hex; absent where the files were only listed. */
  sha256?: string;
  origin: FileOrigin;
  /** For a changed input: the checksum of the original, kept as `.crunch/inputs/<sha256>`. */
  originalSha256?: string;
  /** What storage called this content when the manifest was made; a file of another version was replaced since. */
  storageVersion?: string;
}

/** What a dataset consists of after a run. The one at `.crunch/manifest.json` is the published one. */
export interface Manifest {
  version: 1;
  dataset: string;
  runId: string;
  leaseNumber: number;
  host: string;
  /** SHA-256 of the workflow revision that made the results; empty where that is not known. */
  revision: string;
  createdAt: string;
  /** False when the files were listed but not compared by checksum. */
  verified: boolean;
  files: ManifestFile[];
  /** Inputs that the workflow removed; they stay in storage and in `files`. */
  deleted: string[];
  /** Results of earlier runs that this run did not make again; they stay in storage, and never become inputs. */
  outdated: string[];
}

/** The folder, in storage and in a workspace, that is Crunch's own. */
export const CRUNCH_FOLDER = '.crunch';

/** Whether a dataset's file lies in Crunch's own folder; some file systems don't tell upper from lower case. */
export function isCrunchPath(path: string): boolean {
  return path.split('/', 1)[0]?.toLowerCase() === CRUNCH_FOLDER;
}

/** Holds what the stages of a run printed. */
export const LOGS_FOLDER = `${CRUNCH_FOLDER}/logs`;

/** The published manifest: moved by one conditional write, a run is complete only when it names that run. */
export const PUBLISHED_MANIFEST = `${CRUNCH_FOLDER}/manifest.json`;

/** The manifest that a host hands over at the end of a lease. */
export function leaseManifest(runId: string, leaseNumber: number): string {
  return `${CRUNCH_FOLDER}/manifests/${runId}-${leaseNumber}.json`;
}

/** What lay in storage when an external client began a run: what is there later besides is its result. */
export function externalInputs(runId: string): string {
  return `${CRUNCH_FOLDER}/external/${runId}.json`;
}

/** Where the original of a changed input is kept. */
export function keptInput(sha256: string): string {
  return `${CRUNCH_FOLDER}/inputs/${sha256}`;
}
