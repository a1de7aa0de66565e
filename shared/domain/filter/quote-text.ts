/** A text as a filter has it: in quotes, so that it is nothing but a text. */
export function quoteText(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
