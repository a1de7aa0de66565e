import { lazyRouteComponent } from '@tanstack/react-router';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/**
 * A component whose code is loaded when it is first shown. Where the server can't be reached then, it throws
 * `api-unreachable`, for which the frame of the page has words.
 */
export function lazyPart<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(
    () =>
      load().catch((cause: unknown) => {
        throw new CrunchError('api-unreachable', 'The server can’t be reached.', { cause });
      }),
    name,
  );
}
