/** A time of ISO 8601 as people read it, to the digit and in the zone in which it is kept: `2024-01-05 09:30:00 UTC`. */
export function formatMoment(value: string): string {
  const [, date = value, time = '', fraction = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
  if (time === '') return date;
  const shownFraction = /[1-9]/.test(fraction) ? fraction.replace(/0+$/, '') : '';
  return `${date} ${time}${shownFraction} ${zone === 'Z' ? 'UTC' : zone}`;
}
