/**
 * Says why a path relative to a dataset can't be used, or nothing when it can. Refused are: empty and absolute paths,
 * empty, `.` and `..` parts, backslashes, NUL and half characters, parts over 255 bytes and paths over 1,024 bytes (S3's limit).
 */
export function filePathFault(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'contains a NUL character';
  if (/\p{Surrogate}/u.test(path)) return 'is not valid Unicode';
  if (path.includes('\\')) return 'contains a backslash';
  if (path.startsWith('/')) return 'is absolute';
  if (byteLength(path) > 1024) return 'is longer than 1,024 bytes';
  for (const part of path.split('/')) {
    if (part === '') return 'has an empty part';
    if (part === '.' || part === '..') return `has the part “${part}”`;
    if (byteLength(part) > 255) return 'has a part longer than 255 bytes';
  }
  return undefined;
}

function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
