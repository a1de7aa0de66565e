import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { NetworkTools } from '../setup/network-tools.ts';

const run = promisify(execFile);

const NETWORK = '10.77.0';
const INNER_NETWORK = '192.168.77';

/** A machine in a network of the test's own. */
export interface LabMachine {
  readonly address: string;
  /** Starts a program on the machine. */
  spawn(argv: readonly [string, ...string[]], options: SpawnOptions): ChildProcess;
  /** Pulls the network cable, or plugs it in. */
  setLink(state: 'up' | 'down'): Promise<void>;
  /** Puts an empty folder in the place of one, for what is started on this machine from now on. */
  hide(folder: string): Promise<void>;
}

/**
 * Machines with networks of their own on this computer: network namespaces on one switch, none of which reaches anything
 * else. Programs share everything but the network, and the file system but for what is hidden from a machine.
 */
export class NetworkLab {
  private readonly tools: NetworkTools;
  private readonly name = `crunch-${randomBytes(3).toString('hex')}`;
  private readonly namespaces: string[] = [];
  private readonly keepers: ChildProcess[] = [];
  private readonly switch: string;
  private ports = 0;

  private constructor(tools: NetworkTools) {
    this.tools = tools;
    this.switch = `${this.name}-switch`;
  }

  static async create(tools: NetworkTools): Promise<NetworkLab> {
    const lab = new NetworkLab(tools);
    try {
      await lab.addNamespace(lab.switch);
      await lab.inside(lab.switch, 'link', 'add', 'switch', 'type', 'bridge');
      await lab.inside(lab.switch, 'link', 'set', 'switch', 'up');
      return lab;
    } catch (error) {
      await lab.remove();
      throw error;
    }
  }

  /** A machine that every other one on the switch reaches. */
  async addMachine(name: string): Promise<LabMachine> {
    const namespace = await this.addNamespace(`${this.name}-${name}`);
    const address = await this.plugIn(namespace);
    return this.machine(namespace, address);
  }

  /** A machine behind a router that lets it out and nobody in. */
  async addMachineBehindNat(name: string): Promise<LabMachine> {
    const router = await this.addNamespace(`${this.name}-${name}-router`);
    const namespace = await this.addNamespace(`${this.name}-${name}`);
    await this.plugIn(router);
    await this.connect(namespace, 'net', router, 'inner');
    await this.giveAddress(router, 'inner', `${INNER_NETWORK}.1`);
    await this.giveAddress(namespace, 'net', `${INNER_NETWORK}.2`);
    await this.inside(namespace, 'route', 'add', 'default', 'via', `${INNER_NETWORK}.1`);
    await this.translateAddresses(router);
    return this.machine(namespace, `${INNER_NETWORK}.2`);
  }

  /** Takes the networks away. What runs on the machines has to be ended before. */
  async remove(): Promise<void> {
    for (const keeper of this.keepers) {
      keeper.stdin?.end();
      await once(keeper, 'exit');
    }
    for (const namespace of this.namespaces.toReversed()) await run(this.tools.ip, ['netns', 'delete', namespace]);
  }

  private async machine(namespace: string, address: string): Promise<LabMachine> {
    const { nsenter, mount } = this.tools;
    const { pid } = await this.startKeeper(namespace);
    const enter = [`--target=${pid}`, '--mount', '--net', '--'];
    return {
      address,
      spawn: (argv, options) => spawn(nsenter, [...enter, ...argv], options),
      setLink: (state) => this.inside(namespace, 'link', 'set', 'net', state),
      hide: async (folder) => void (await run(nsenter, [...enter, mount, '-t', 'tmpfs', 'tmpfs', folder])),
    };
  }

  /** A program that keeps a machine's view of the file system; it ends with the tests. */
  private async startKeeper(namespace: string): Promise<ChildProcess> {
    const { ip, unshare } = this.tools;
    const argv = ['netns', 'exec', namespace, unshare, '--mount', '--propagation=private', 'cat'];
    const keeper = spawn(ip, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.keepers.push(keeper);
    keeper.stdin.write('ready');
    await once(keeper.stdout, 'data');
    return keeper;
  }

  private async addNamespace(namespace: string): Promise<string> {
    await run(this.tools.ip, ['netns', 'add', namespace]);
    this.namespaces.push(namespace);
    await this.inside(namespace, 'link', 'set', 'lo', 'up');
    return namespace;
  }

  private async plugIn(namespace: string): Promise<string> {
    this.ports += 1;
    const port = `port${this.ports}`;
    await this.connect(namespace, 'net', this.switch, port);
    await this.inside(this.switch, 'link', 'set', port, 'master', 'switch');
    await this.inside(this.switch, 'link', 'set', port, 'up');
    const address = `${NETWORK}.${this.ports}`;
    await this.giveAddress(namespace, 'net', address);
    return address;
  }

  private async connect(from: string, name: string, to: string, peer: string): Promise<void> {
    await this.inside(from, 'link', 'add', name, 'type', 'veth', 'peer', 'name', peer, 'netns', to);
  }

  private async giveAddress(namespace: string, device: string, address: string): Promise<void> {
    await this.inside(namespace, 'address', 'add', `${address}/24`, 'dev', device);
    await this.inside(namespace, 'link', 'set', device, 'up');
  }

  private async translateAddresses(router: string): Promise<void> {
    const rules = [
      ['add', 'table', 'ip', 'lab'],
      ['add', 'chain', 'ip', 'lab', 'out', '{ type nat hook postrouting priority 100 ; }'],
      ['add', 'rule', 'ip', 'lab', 'out', 'oifname', 'net', 'masquerade'],
      ['add', 'chain', 'ip', 'lab', 'in', '{ type filter hook forward priority 0 ; }'],
      ['add', 'rule', 'ip', 'lab', 'in', 'iifname', 'net', 'ct', 'state', 'new', 'drop'],
    ];
    await this.exec(router, this.tools.sysctl, '-q', '-w', 'net.ipv4.ip_forward=1');
    for (const rule of rules) await this.exec(router, this.tools.nft, ...rule);
  }

  private async exec(namespace: string, ...argv: string[]): Promise<void> {
    await run(this.tools.ip, ['netns', 'exec', namespace, ...argv]);
  }

  private async inside(namespace: string, ...args: string[]): Promise<void> {
    await run(this.tools.ip, ['-netns', namespace, ...args]);
  }
}
