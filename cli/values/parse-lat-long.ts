import { InvalidArgumentError } from 'commander';
import { numberBetween } from './parse-number.ts';

/** Reads degrees north. */
export const parseLatitude = numberBetween(-90, 90);

/** Reads degrees east. */
export const parseLongitude = numberBetween(-180, 180);

/** Reads a place on Earth: degrees north and degrees east, with a comma between. */
export function parseLatLong(text: string): { latitude: number; longitude: number } {
  const [latitude, longitude, ...rest] = text.split(',');
  if (latitude === undefined || longitude === undefined || rest.length > 0) {
    throw new InvalidArgumentError('Give a place such as -64.77, -64.07.');
  }
  return { latitude: parseLatitude(latitude), longitude: parseLongitude(longitude) };
}
