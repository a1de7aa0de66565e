import type { RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { networkOf } from './network-of.ts';

/** Bursts within it are nobody's business. */
const WINDOW_SECONDS = 10;

/** The part of it that an address of strangers may send: what they get to see is the same for all. */
const STRANGERS_PART = 0.1;

/** Keeps a single caller from using up a server that is for all. */
export interface RequestLimit {
  /** Counts a request of a caller. Throws `too-many-requests`. */
  take(callerId: string): Promise<void>;
  /** Counts a request of an address of which nothing else is known. Throws `too-many-requests`. */
  takeFrom(address: string): Promise<void>;
}

/** Counts in memory, for this process. `perSecond` is the average over 10 s that one caller may send. */
export function limitRequests(perSecond: number): RequestLimit {
  const callers = countUpTo(perSecond);
  const strangers = countUpTo(perSecond * STRANGERS_PART);
  return {
    take: (callerId) => consume(callers, callerId),
    takeFrom: (address) => consume(strangers, networkOf(address)),
  };
}

/** Counts requests before anybody asks whose they are. */
export function limitStrangers(limit: RequestLimit): RequestHandler {
  return async (request, _response, next) => {
    await limit.takeFrom(request.ip ?? '');
    next();
  };
}

function countUpTo(perSecond: number): RateLimiterMemory {
  return new RateLimiterMemory({ points: Math.ceil(perSecond * WINDOW_SECONDS), duration: WINDOW_SECONDS });
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    const message = `More than ${limiter.points} requests within ${WINDOW_SECONDS} s are too many. Wait ${retryAfterSeconds} s.`;
    throw new CrunchError('too-many-requests', message, { retryAfterSeconds });
  }
}
