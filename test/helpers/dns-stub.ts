import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A name server of the test's own, and a way to ask nobody but it. */
export interface DnsStub {
  /** The names that were asked for, in order; each once for both kinds of address. */
  readonly asked: string[];
  /** What `GuardOptions` ask names with. An address is its own. */
  resolveHost(host: string): Promise<LookupAddress[]>;
  stop(): void;
}

const HEADER_BYTES = 12;
/** Of which family the addresses of a type of records are: A and AAAA. */
const FAMILIES: Partial<Record<number, number>> = { 1: 4, 28: 6 };

/** Starts a server that knows `zone`: of each name the answers in order, each a list of addresses, the last one for ever. */
export async function startDnsStub(zone: Record<string, string[][]>): Promise<DnsStub> {
  const asked: string[] = [];
  let addresses: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const { name, type, end } = readQuestion(message);
    // The resolver below asks for IPv4 first.
    if (type === 1) {
      const answers = zone[name] ?? [[]];
      addresses = answers[Math.min(asked.filter((it) => it === name).length, answers.length - 1)] ?? [];
      asked.push(name);
    }
    const fitting = addresses.filter((it) => isIP(it) === FAMILIES[type]);
    socket.send(answer(message.subarray(0, end), fitting, type), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    asked,
    async resolveHost(host) {
      const family = isIP(host);
      if (family !== 0) return [{ address: host, family }];
      const none = () => [];
      const four = await resolver.resolve4(host).catch(none);
      const six = await resolver.resolve6(host).catch(none);
      return [four.map((it) => ({ address: it, family: 4 })), six.map((it) => ({ address: it, family: 6 }))].flat();
    },
    stop: () => void socket.close(),
  };
}

/** The first question of a message, and where it ends. */
function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** RFC 1035: the question again, and a record for each address that names it by a pointer and is good for no time. */
function answer(question: Buffer, addresses: string[], type: number): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8580, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map((address) => {
    const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
    const fields = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length]);
    return Buffer.concat([fields, bytes]);
  });
  return Buffer.concat([head, ...records]);
}
