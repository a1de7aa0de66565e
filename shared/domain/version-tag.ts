/** An ETag of an item: its version, and after a dash what tells one answer of that version from another. */
export const VERSION_TAG = /^(\*|"(\d{1,9})(-[\w-]+)?")$/;

/** The ETag of an answer about an item. Without a digest it is only good for `If-Match`, which compares versions. */
export function makeVersionTag(version: number, digest?: string): string {
  return digest === undefined ? `"${version}"` : `"${version}-${digest}"`;
}

/** The version in an ETag; undefined for `*`, which any has. */
export function readVersionTag(tag: string): number | undefined {
  const version = VERSION_TAG.exec(tag)?.[2];
  return version === undefined ? undefined : Number(version);
}
