import type { CrunchClient } from '../client/index.ts';
import type { HostRegistration } from '../shared/contract/hosts.ts';
import type { Route } from '../shared/domain/queue-names.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { ServerContact } from './server-contact.ts';

/** A host counts as silent after several of these. */
const BEAT_MS = 10_000;

/** Lets the server know that a host is there, what it takes, and when it goes. */
export class HostPresence {
  readonly name: string;
  readonly routes: readonly Route[];
  private readonly client: CrunchClient;
  private readonly registration: HostRegistration;
  private readonly contact: ServerContact;
  private readonly timer: NodeJS.Timeout;
  private isDraining = false;

  private constructor(
    client: CrunchClient,
    registration: HostRegistration,
    routes: readonly Route[],
    contact: ServerContact,
  ) {
    this.client = client;
    this.registration = registration;
    this.name = registration.name;
    this.routes = routes;
    this.contact = contact;
    this.timer = setInterval(() => void this.beat(), BEAT_MS);
  }

  /** Registers the host. The server may put a number behind its name. */
  static async register(client: CrunchClient, wanted: HostRegistration, contact: ServerContact): Promise<HostPresence> {
    const { name, routes } = await client.registerHost({ body: wanted });
    return new HostPresence(client, { ...wanted, name }, routes as Route[], contact);
  }

  /** The host takes nothing new. */
  async drain(): Promise<void> {
    this.isDraining = true;
    await this.beat();
  }

  async leave(): Promise<void> {
    clearInterval(this.timer);
    const { name, boot } = this.registration;
    // The server finds out by itself that a host is gone.
    await this.client.leaveHost({ params: { name }, body: { boot } }).catch((error: unknown) => this.warn(error));
  }

  private async beat(): Promise<void> {
    const { name, boot } = this.registration;
    try {
      await this.client.beatHost({ params: { name }, body: { boot, draining: this.isDraining } });
      this.contact.answered();
    } catch (error) {
      if (error instanceof CrunchError && error.code === 'not-found') await this.registerAgain();
      else this.warn(error);
    }
  }

  /** The server forgot this host, such as when its catalog was restored. */
  private async registerAgain(): Promise<void> {
    await this.client.registerHost({ body: this.registration }).catch((error: unknown) => this.warn(error));
  }

  private warn(error: unknown): void {
    this.contact.failed(error, 'could not reach the server');
  }
}
