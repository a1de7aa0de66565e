import type { ChosenFile } from './upload-queue.ts';

/** The files of a drop, those of folders with the folders' names before theirs. */
export async function collectDropped(items: DataTransferItemList): Promise<ChosenFile[]> {
  // The list is emptied when the event is over, so all is taken at once. What other pages offer has no entry.
  const taken = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter((it) => it !== null);
  return (await Promise.all(taken.map((it) => collect(it)))).flat();
}

async function collect(entry: FileSystemEntry | File): Promise<ChosenFile[]> {
  if (entry instanceof File) return [{ path: entry.name, file: entry }];
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const children = await readFolder(entry as FileSystemDirectoryEntry);
  return (await Promise.all(children.map((child) => collect(child)))).flat();
}

/** A folder gives its entries in parts. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return all;
    all.push(...part);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
