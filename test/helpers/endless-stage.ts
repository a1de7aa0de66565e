import { once } from 'node:events';
import { defineStage } from '../../stages/define-stage.ts';

/** A stage that runs until it is told to end, and a promise for when it has begun. */
export function endlessStage(name = 'endless') {
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const stage = defineStage({
    name,
    async run({ signal }) {
      begin();
      if (!signal.aborted) await once(signal, 'abort');
    },
  });
  return { stage, begun };
}
