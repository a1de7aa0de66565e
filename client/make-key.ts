const KEY_BYTES = 16;

/** A key that no other request has. Browsers have `crypto.randomUUID` only on pages that came by https. */
export function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
