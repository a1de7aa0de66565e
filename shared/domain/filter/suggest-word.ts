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
  for (let place = 0; place < one.length; place += 1) {
    const next = [place + 1];
    for (const [index, above] of row.slice(1).entries()) {
      const changed = (row[index] ?? 0) + (one[place] === other[index] ? 0 : 1);
      next.push(Math.min(changed, (next[index] ?? 0) + 1, above + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
