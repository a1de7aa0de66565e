import { Suspense } from 'react';
import { lazyPart } from './lazy-part.ts';
import { Loading } from './loading.tsx';

// Most things have no details, and what reads Markdown is large.
const Markdown = lazyPart(() => import('./markdown.tsx'), 'Markdown');

/** What somebody wrote about a thing, in Markdown. */
export function Details({ text }: { text: string }) {
  return (
    <Suspense fallback={<Loading />}>
      <Markdown text={text} />
    </Suspense>
  );
}
