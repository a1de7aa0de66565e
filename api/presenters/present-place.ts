import type { PlaceRecord } from '../../catalog/places.ts';
import type { Place } from '../../shared/contract/tree.ts';

export function presentPlace({ id, latitude, longitude, ...properties }: PlaceRecord): Place {
  return { type: 'Feature', id, geometry: { type: 'Point', coordinates: [longitude, latitude] }, properties };
}
