/** A file that a download is to bring. */
export interface WantedFile {
  /** Where it goes, below the local folder. */
  path: string;
  /** Its path in the dataset: another one when it is the kept original of a changed input. */
  source: string;
  /** Bytes; null when nobody knows. */
  size: number | null;
  /** Null when nobody knows it. */
  sha256: string | null;
}

/** The bytes of all whose size is known. */
export function sumSizes(files: readonly { size: number | null }[]): number {
  return files.reduce((sum, { size }) => sum + (size ?? 0), 0);
}
