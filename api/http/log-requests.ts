import type { RequestHandler } from 'express';
import type { Logger } from '../../platform/logger.ts';

/** Logs each answer: method, path without its query, status, duration, request id. Never headers or bodies. */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const begunAt = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const entry = {
        requestId: response.locals['requestId'] as string,
        method,
        path,
        status: response.statusCode,
        durationMs: Math.round(performance.now() - begunAt),
        finished: response.writableFinished,
      };
      logger.debug(entry, 'request');
    });
    next();
  };
}
