const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A size for people, in binary units with three significant digits: `1.46 KiB`. */
export function formatSize(sizeBytes: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log2(sizeBytes) / 10)), UNITS.length - 1);
  const amount = sizeBytes / 1024 ** power;
  const digits = power === 0 || amount >= 100 ? 0 : amount >= 10 ? 1 : 2;
  return `${amount.toFixed(digits)} ${UNITS[power]}`;
}
