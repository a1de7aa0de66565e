import express, { type Express } from 'express';
import { API_PREFIX } from '../shared/contract/index.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { addAuthRoutes } from './auth/add-auth-routes.ts';
import { authenticate } from './auth/authenticate.ts';
import { assertKnown } from './auth/authorize.ts';
import type { Caller } from './auth/caller.ts';
import { countFailedSignIns } from './auth/failed-sign-ins.ts';
import { keepFailureLog } from './auth/keep-failure-log.ts';
import { limitRequests, limitStrangers } from './auth/limit-requests.ts';
import { createSessions } from './auth/sessions.ts';
import type { ApiContext } from './context.ts';
import { addPublicOperations, createRouter } from './create-router.ts';
import { addDocs } from './docs/add-docs.ts';
import { recordRefusals } from './http/record-refusals.ts';
import { assignRequestId } from './http/request-id.ts';
import { handleErrors } from './http/handle-errors.ts';
import { logRequests } from './http/log-requests.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { serveManual } from './manual/serve-manual.ts';
import { createSeedRouter } from './seed/create-seed-router.ts';
import { serveWeb } from './web/serve-web.ts';

/**
 * The whole of what answers HTTP. Denied by default: all of the API that stands before `authenticate` is single methods
 * of exact paths, so nothing becomes public by its name; what lies outside of `/api` is the manual's and the web UI's,
 * without any data.
 */
export function createApp(context: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('trust proxy', context.config.trustedProxies);

  app.use(assignRequestId, setSecurityHeaders, logRequests(context.logger));
  const limit = limitRequests(context.config.requestsPerSecond);
  const doors = {
    context,
    sessions: createSessions(context.catalog),
    failures: countFailedSignIns(context.now),
    recordFailure: keepFailureLog(context, { action: 'sign-in.flood', subject: 'failed sign-ins' }),
    limit,
  };
  addDocs(app, context.config.version);
  serveManual(app);
  serveWeb(app);
  const guard = limitStrangers(limit);
  addPublicOperations(app, context, guard);

  addAuthRoutes(app, doors, guard);
  app.use(authenticate(doors));
  app.use(API_PREFIX, createRouter(context));
  app.use('/api', createSeedRouter(context));
  app.use((request, response) => {
    assertKnown(response.locals['caller'] as Caller);
    throw new CrunchError('not-found', `There is nothing at ${request.path}.`);
  });
  const recordRefusal = keepFailureLog(context, { action: 'access.flood', subject: 'refused requests' });
  app.use(recordRefusals(recordRefusal, context.logger), handleErrors(context.logger));
  return app;
}
