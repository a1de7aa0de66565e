// Everything that can move a terminal's cursor or change its state. Line ends and tabs stay.
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Makes text from elsewhere safe to show at a terminal: control characters become `�`, line ends stay. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL_CHARACTERS, '�');
}

/** The same on one line: runs of blanks and line ends become one blank. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
