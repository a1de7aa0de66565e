import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { findDebianProgram } from './debian-program.ts';

const run = promisify(execFile);

/** The programs that make networks of the tests' own. */
export interface NetworkTools {
  ip: string;
  nft: string;
  sysctl: string;
  unshare: string;
  nsenter: string;
  mount: string;
}

/** Throws `missing-tool` where this account may not make network namespaces, or the programs can't be had. */
export async function findNetworkTools(): Promise<NetworkTools> {
  const purpose = 'which makes the tests’ networks';
  const ip = await findDebianProgram({ program: 'ip', package: 'iproute2', purpose });
  const nft = await findDebianProgram({ program: 'nft', package: 'nftables', purpose });
  const sysctl = await findDebianProgram({ program: 'sysctl', package: 'procps', purpose });
  const files = 'which keeps the tests’ machines from seeing each other’s files';
  const unshare = await findDebianProgram({ program: 'unshare', package: 'util-linux', purpose: files });
  const nsenter = await findDebianProgram({ program: 'nsenter', package: 'util-linux', purpose: files });
  const mount = await findDebianProgram({ program: 'mount', package: 'mount', purpose: files });
  const probe = `crunch-probe-${process.pid}`;
  try {
    await run(ip, ['netns', 'add', probe]);
    await run(ip, ['netns', 'delete', probe]);
  } catch (error) {
    throw new CrunchError('missing-tool', `network namespaces can't be made here: ${messageOf(error)}. Run as root.`);
  }
  return { ip, nft, sysctl, unshare, nsenter, mount };
}
