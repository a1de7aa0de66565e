import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import type { TestServices } from './test-services.ts';

/** A server that the tests of a run share. */
export interface SharedService<Access> {
  /** What one suite needs to use it: the same for all, or a part of its own. */
  admit(): Promise<Access>;
  stop(): Promise<void>;
}

/** How each service is started. */
export type ServiceStarters = {
  [Name in keyof TestServices]: () => Promise<SharedService<TestServices[Name]>>;
};

export interface ServiceDesk {
  url: string;
  /** Stops every service that was asked for. */
  close(): Promise<void>;
}

/**
 * Hands out servers to the tests of a run, which are other processes: each is started when the first suite asks for it,
 * so that a few unit tests wait for none. Answers 424 where a service's tool can't be had.
 */
export async function openServiceDesk(starters: ServiceStarters): Promise<ServiceDesk> {
  const services = new Map<string, Promise<SharedService<unknown>>>();
  const enter = async (name: string): Promise<unknown> => {
    const start = Object.entries(starters).find(([key]) => key === name)?.[1];
    if (start === undefined) throw new CrunchError('not-found', `there is no test service “${name}”`);
    const service = services.get(name) ?? start();
    services.set(name, service);
    return (await service).admit();
  };
  const server = createServer((request, response) => {
    // A connection that is kept could end just when a suite asks by it.
    response.setHeader('connection', 'close');
    void enter(request.url?.slice(1) ?? '').then(
      (access) => response.end(JSON.stringify(access)),
      (error: unknown) => {
        const isMissingTool = error instanceof CrunchError && error.code === 'missing-tool';
        response.writeHead(isMissingTool ? 424 : 500).end(messageOf(error));
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      const stopping = Array.from(services.values(), (service) =>
        service.then(
          (it) => it.stop(),
          () => undefined,
        ),
      );
      await Promise.all(stopping);
    },
  };
}
