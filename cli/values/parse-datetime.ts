import { InvalidArgumentError } from 'commander';

const ISO_DATETIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?$/i;

/** Reads a date and time in ISO 8601; without an offset it is taken as UTC. Gives it in UTC. */
export function parseDatetime(text: string): string {
  const [, date, time, offset = 'Z'] = ISO_DATETIME.exec(text) ?? [];
  const moment = new Date(`${date}T${time}${offset.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  if (Number.isNaN(moment.getTime())) {
    throw new InvalidArgumentError('Give a date and time such as 2024-06-30T12:00:00+02:00.');
  }
  return moment.toISOString();
}

/** Reads a calendar date: `2024-06-30`. */
export function parseDate(text: string): string {
  const moment = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('Give a date such as 2024-06-30.');
  }
  return text;
}
