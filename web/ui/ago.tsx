import { formatAge } from '../../shared/domain/format-time.ts';
import { useNow } from './use-now.ts';

const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** A time as people say it, which goes on counting; the exact one, in the reader's zone, shows on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={ABSOLUTE.format(new Date(at))}>
      {formatAge(at, now)}
    </time>
  );
}
