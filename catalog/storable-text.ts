/**
 * A text as the database can keep it: lone halves of surrogate pairs and NULs, which logs of users' programs may hold,
 * become the replacement character.
 */
export function storableText(text: string): string {
  return Buffer.from(text).toString().replaceAll('\0', '\u{FFFD}');
}

/** JSON whose texts the database can keep. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? storableText(member) : member));
}
