const PREFIXES = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes from `1048576`, `500MB` (decimal units) or `10GiB` (binary units); undefined for anything else. */
export function readSizeBytes(text: string): number | undefined {
  const [, amount, prefix = '', binary] = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])?(i)?b?)?$/i.exec(text) ?? [];
  const sizeBytes = Math.round(Number(amount) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toLowerCase()));
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : undefined;
}
