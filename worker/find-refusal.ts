import { statfs } from 'node:fs/promises';
import type { LeaseNeeds } from '../shared/domain/processing.ts';
import { isEngine } from '../shared/domain/engine.ts';
import { PROTOCOL_VERSION } from '../shared/domain/protocol.ts';

/** What a host has, to be held against what a dataset needs. */
export interface HostAbilities {
  directory: string;
  stages: ReadonlySet<string>;
}

/** Why a host can't take a dataset, in words for people, or nothing when it can. */
export async function findRefusal(host: HostAbilities, needs: LeaseNeeds): Promise<string | undefined> {
  if (needs.protocol !== PROTOCOL_VERSION) {
    return `this host speaks protocol ${PROTOCOL_VERSION}, the server ${needs.protocol}: install the server's version of crunch`;
  }
  const missing = needs.stages.filter((stage) => !host.stages.has(stage));
  if (missing.length > 0) {
    return `this host has no stage ${missing.join(', ')}: start it with --stages FILE, a module that defines it`;
  }
  if (!isEngine(needs.engine)) {
    return `this host has no engine ${String(needs.engine)}: install the server's version of crunch`;
  }
  const freeBytes = await readFreeBytes(host.directory);
  if (freeBytes < needs.freeBytes) {
    return `this host's disk has ${freeBytes} bytes free, the dataset needs ${needs.freeBytes}: make room in ${host.directory}`;
  }
  return undefined;
}

/** Bytes that this account may still write below a folder. */
export async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
