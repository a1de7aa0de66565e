import { stripVTControlCharacters } from 'node:util';

/** In UTF-8 at most 6,000 bytes. */
export const MAX_LINE_LENGTH = 2_000;

const CONTROL_CHARACTERS_BUT_TAB = /[^\P{Cc}\t]/gu;

/**
 * A line of an output as a terminal would show it at last, without colours and control characters, shortened to 2,000
 * characters.
 */
export function cleanLine(raw: string): string {
  const shown = raw.replace(/\r+$/, '');
  const visible = shown.slice(shown.lastIndexOf('\r') + 1);
  const line = stripVTControlCharacters(visible).replace(CONTROL_CHARACTERS_BUT_TAB, '');
  if (line.length <= MAX_LINE_LENGTH) return line;
  // Through a Buffer, since the cut may have left half of a character, which no database takes.
  return Buffer.from(`${line.slice(0, MAX_LINE_LENGTH - 1)}…`).toString();
}
