const STEPS = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3600 },
  { unit: 'min', seconds: 60 },
] as const;

/** How long ago something was: `just now`, `5 min ago`, `3 d ago`. */
export function formatAge(at: string, now = Date.now()): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (seconds < -60) return `in ${coarse(-seconds)}`;
  return seconds < 10 ? 'just now' : `${coarse(seconds)} ago`;
}

/** How long something took: `0.04 s`, `2.5 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function coarse(seconds: number): string {
  const step = STEPS.find((it) => seconds >= it.seconds);
  return step ? `${Math.floor(seconds / step.seconds)} ${step.unit}` : `${Math.floor(seconds)} s`;
}
