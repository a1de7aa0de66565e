import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { findFreePort } from '../../platform/free-port.ts';

/** Files of certificates, all signed by one authority. */
export interface CertificateFiles {
  authority: string;
  clientCert: string;
  clientKey: string;
}

/** A server that asks for TLS with a certificate on both sides, in front of another that knows no TLS. */
export interface TlsProxy {
  /** `host:port`. */
  address: string;
  files: CertificateFiles;
  stop(): Promise<void>;
}

/** Starts a proxy before `target` (`host:port`), with certificates of its own that are written to `folder`. */
export async function startTlsProxy(target: string, folder: string): Promise<TlsProxy> {
  const authority = await generate([{ name: 'commonName', value: 'Test Authority' }], {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await sign(ca, 'temporal', [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]);
  const client = await sign(ca, 'lab', []);
  const files = await writeFiles(folder, { authority: ca.cert, clientCert: client.cert, clientKey: client.private });

  const upstream = new URL(`tcp://${target}`);
  const security = { key: server.private, cert: server.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: true };
  const proxy = createServer({ ...security, ALPNProtocols: ['h2'] }, (socket) => {
    const inner = connect(Number(upstream.port), upstream.hostname);
    // Either side may go away at any time.
    pipeline(socket, inner, socket).catch(() => undefined);
  });
  const sockets = new Set<{ destroy(): unknown }>();
  proxy.on('secureConnection', (socket) => sockets.add(socket));
  proxy.listen(await findFreePort(), '127.0.0.1');
  await once(proxy, 'listening');
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    files,
    async stop() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await once(proxy, 'close');
    },
  };
}

type Extensions = NonNullable<Parameters<typeof generate>[1]>['extensions'];

function sign(ca: { key: string; cert: string }, name: string, extensions: NonNullable<Extensions>) {
  return generate([{ name: 'commonName', value: name }], { ca, extensions });
}

async function writeFiles(folder: string, contents: Record<keyof CertificateFiles, string>): Promise<CertificateFiles> {
  await mkdir(folder, { recursive: true });
  const put = async (name: keyof CertificateFiles): Promise<string> => {
    const file = path.join(folder, `${name}.pem`);
    await writeFile(file, contents[name], { mode: 0o600 });
    return file;
  };
  return { authority: await put('authority'), clientCert: await put('clientCert'), clientKey: await put('clientKey') };
}
