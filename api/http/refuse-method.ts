import type { RequestHandler } from 'express';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Answers 405 where a path has other methods: those of `allow`, as the header of that name lists them. */
export function refuseMethod(allow: string): RequestHandler {
  return (request, response) => {
    response.set('allow', allow);
    throw new CrunchError('method-not-allowed', `${request.method} is not possible here, only ${allow}.`);
  };
}
