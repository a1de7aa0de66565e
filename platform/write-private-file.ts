import { chmod, rename, writeFile } from 'node:fs/promises';

/** Puts a text in place whole or not at all, for its owner's eyes only. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  // The mode above holds only for a new file.
  await chmod(draft, 0o600);
  await rename(draft, file);
}
