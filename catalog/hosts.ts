import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { Engine } from '../shared/domain/engine.ts';
import type { Route } from '../shared/domain/queue-names.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';

/** How long a host may be silent and still count as live, unless configured otherwise. */
export const HOST_SILENT_AFTER_MS = 45_000;

export interface HostRecord {
  name: string;
  /** `live` beats; `draining` takes nothing new; `silent` has not been heard of for a while; `left` said goodbye. */
  state: 'live' | 'draining' | 'silent' | 'left';
  slots: number;
  /** Slugs of the datasets that it holds. */
  holds: string[];
  version: string;
  stages: string[];
  engines: Engine[];
  routes: Route[];
  startedAt: Date;
  lastSeenAt: Date;
}

/** What a host says of itself when it starts. */
export interface HostInput {
  name: string;
  boot: string;
  version: string;
  protocol: number;
  slots: number;
  /** Slugs of the projects that it serves; with `pools` empty too it serves any. */
  projects: string[];
  pools: string[];
  pinnedOnly: boolean;
  stages: string[];
  engines: Engine[];
  diagnostics: Diagnostics;
}

export interface HostLiveness {
  /** When the host was not heard of for longer, it counts as silent. */
  silentAfterMs: number;
}

/** Hosts, live ones first. */
export declare function listHosts(catalog: Catalog, request: PageRequest): Promise<Page<HostRecord>>;

/**
 * Records a host that starts. When a live host of another boot has the name, it gets a number behind it: `name-2`.
 * A second call of one boot gives the same name. Throws `not-found` for a project.
 */
export declare function registerHost(
  catalog: Catalog,
  host: HostInput,
  liveness: HostLiveness,
): Promise<{ name: string; routes: Route[] }>;

/** Throws `not-found` for a host that is unknown, left, or was superseded by another boot: it has to register again. */
export declare function beatHost(
  catalog: Catalog,
  host: { name: string; boot: string; draining: boolean },
): Promise<void>;

/** A host says goodbye. Throws `not-found` like `beatHost`; a second call changes nothing. */
export declare function leaveHost(catalog: Catalog, host: { name: string; boot: string }): Promise<void>;

/**
 * What is left for a host: datasets in its scope that are queued and that it could take, and those of its scope that run
 * on other hosts. Throws `not-found`.
 */
export declare function getHostWork(
  catalog: Catalog,
  name: string,
): Promise<{ queued: number; runningElsewhere: number }>;
