import type { AnyRouter } from '@tanstack/react-router';

/** Takes out of the address what its page could not understand: it must not say what is not so. Returns what ends it. */
export function cleanAddresses(router: AnyRouter): () => void {
  const clean = () => {
    const asked = router.state.location.search as Record<string, unknown>;
    const understood = (router.state.matches.at(-1)?.search ?? asked) as Record<string, unknown>;
    const isEmpty = (key: string) => asked[key] !== undefined && understood[key] === undefined;
    if (Object.keys(asked).some(isEmpty)) void router.navigate({ to: '.', search: understood, replace: true });
  };
  clean();
  return router.subscribe('onResolved', clean);
}
