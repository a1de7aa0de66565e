import type { ErrorRequestHandler } from 'express';
import type { Logger } from '../../platform/logger.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from '../auth/caller.ts';
import type { FailureLog } from '../auth/keep-failure-log.ts';

/** Notes in the audit log what somebody tried that they may not do. The error goes on as it is. */
export function recordRefusals(recordRefusal: FailureLog, logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return async (error: unknown, request, response, next) => {
    const caller = response.locals['caller'] as Caller | undefined;
    if (error instanceof CrunchError && error.code === 'not-allowed' && caller !== undefined) {
      const { name: actor, address } = caller;
      const subject = `${request.method} ${request.baseUrl}${request.path}`;
      const event = { actor, address, action: 'access.deny', subject, detail: { reason: error.message } };
      await recordRefusal(event).catch((failure: unknown) => {
        logger.error({ err: failure }, 'a refusal could not be written down');
      });
    }
    next(error);
  };
}
