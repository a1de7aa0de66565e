import { useRef, useState } from 'react';

/** Copies what stands in the element that has `ref`; `said` is what came of it. */
export function useCopy<Element extends HTMLElement>(text: string) {
  const ref = useRef<Element>(null);
  const [said, setSaid] = useState('');

  async function copy() {
    if (ref.current) getSelection()?.selectAllChildren(ref.current);
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // Over plain HTTP browsers give no clipboard; the text is selected.
      setSaid('Press Ctrl+C');
    }
  }
  return { ref, said, copy: () => void copy() };
}
