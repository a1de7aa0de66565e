import type { EndpointArguments, EndpointOutput } from '../../shared/contract/endpoint.ts';
import type { leaseFileEndpoints, LeaseTicket } from '../../shared/contract/lease-files.ts';
import type { leasePartEndpoints } from '../../shared/contract/lease-parts.ts';
import type { CallOptions } from '../storage.ts';

type Endpoints = typeof leaseFileEndpoints & typeof leasePartEndpoints;

/** Operations under a ticket whose bodies or answers are bytes. */
export type ByteOperation = 'listLeaseFiles' | 'readLeaseFile' | 'writeLeaseFile' | 'writeLeasePart';

/** Operations under a ticket that are made of JSON. */
export type JsonOperation = Exclude<keyof Endpoints, ByteOperation | 'requestTicket' | 'proveStorage'>;

export type LeaseInput<Name extends JsonOperation> = Partial<
  Pick<EndpointArguments<Endpoints[Name]>, 'query' | 'body'>
>;
export type LeaseOutput<Name extends JsonOperation> = EndpointOutput<Endpoints[Name]>;
export type LeaseQuery<Name extends ByteOperation> = EndpointArguments<Endpoints[Name]>['query'];

/** Where a request for bytes goes. Its headers are secret. */
export interface ByteAddress {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** The server as one lease sees it. Nothing is tried twice here. */
export interface LeaseServer {
  /** The server's address. */
  readonly location: string;
  requestTicket(options: CallOptions): Promise<LeaseTicket>;
  call<Name extends JsonOperation>(
    name: Name,
    ticket: string,
    input: LeaseInput<Name>,
    options: CallOptions,
  ): Promise<LeaseOutput<Name>>;
  address<Name extends ByteOperation>(name: Name, ticket: string, query: LeaseQuery<Name>): ByteAddress;
}
