/** `: did you mean state?` for a word that is nearly one of the known ones, else `` or what `otherwise` says. */
export function suggestWord(word: string, known: readonly string[], otherwise = ''): string {
  const lowered = word.toLowerCase();
  const allowed = lowered.length < 4 ? 1 : 2;
  const [nearest] = known
    .map((it) => ({ it, distance: lowered.length > 1 && it.startsWith(lowered) ? 0 : distanceBetween(lowered, it) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted((one, other) => one.distance - other.distance);
  return nearest ? `: did you mean ${nearest.it}?` : otherwise;
}

/** How many letters must be put in, left out or changed to make one word of the other. */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [place, letter] of [...one].entries()) {
    const next = [place + 1];
    for (let index = 0; index < other.length; index += 1) {
      const changed = row[index]! + (letter === other[index] ? 0 : 1);
      next.push(Math.min(changed, next[index]! + 1, row[index + 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
