/** Sleeps until the time is up, it is over, or what `onWake` is given is called. */
export async function sleepUntil(ms: number, over: AbortSignal, onWake: (wakeUp: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let wakeUp = () => {};
  await new Promise<void>((resolve) => {
    wakeUp = resolve;
    timer = setTimeout(resolve, ms);
    over.addEventListener('abort', wakeUp);
    onWake(wakeUp);
  });
  clearTimeout(timer);
  over.removeEventListener('abort', wakeUp);
}
