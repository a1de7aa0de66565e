import { readFile, writeFile } from 'node:fs/promises';
import { findFreePort, isPortFree } from '../../platform/free-port.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** The ports of the parts that people and hosts reach. */
const PORT_OPTIONS = { api: '--port', temporal: '--temporal-port', temporalUi: '--temporal-ui-port' } as const;

export type StackPorts = Record<keyof typeof PORT_OPTIONS, number>;

/**
 * Chooses the ports of a stack: those that are given, else those it had before, else free ones; and keeps them in
 * `file` for the next time. Throws `port-taken` for a given port that is in use, naming the option, and `invalid-input` for
 * an address on which this computer can't listen.
 */
export async function choosePorts(given: Partial<StackPorts>, file: string, address: string): Promise<StackPorts> {
  const former = await readPorts(file);
  const ports: StackPorts = { api: 0, temporal: 0, temporalUi: 0 };
  for (const part of Object.keys(PORT_OPTIONS) as (keyof StackPorts)[]) {
    const taken = Object.values(ports);
    ports[part] = await choosePort(PORT_OPTIONS[part], given[part], former[part], address, taken);
  }
  await writeFile(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

async function choosePort(
  option: string,
  given: number | undefined,
  former: number | undefined,
  address: string,
  taken: readonly number[],
): Promise<number> {
  const usable = async (port: number): Promise<boolean> => !taken.includes(port) && (await isPortFree(port, address));
  if (given !== undefined) {
    if (await usable(given)) return given;
    throw new CrunchError(
      'port-taken',
      `Port ${given} is in use. Give another with ${option}, or none for a free one.`,
    );
  }
  if (former !== undefined && (await usable(former))) return former;
  const port = await findFreePort();
  return (await usable(port)) ? port : choosePort(option, given, undefined, address, taken);
}

/** Nothing when there is no such file, or it is damaged: then ports are chosen anew. */
async function readPorts(file: string): Promise<Partial<StackPorts>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<StackPorts>;
  } catch {
    return {};
  }
}
