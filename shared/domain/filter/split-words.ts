/** The most words that a text is searched for. */
export const MOST_WORDS = 10;

/** The words of a text, in lower case, each once. */
export function splitWords(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u);
  return [...new Set(words)].filter((word) => word !== '');
}
