/** Lets an option be given several times: adds each value to a list. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
