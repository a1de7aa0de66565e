import type { serverEndpoints } from '../../shared/contract/server.ts';
import { checkHealth } from '../check-health.ts';
import type { HandlersOf } from '../handler.ts';

export const serverHandlers: HandlersOf<typeof serverEndpoints> = {
  async getHealth(context) {
    await checkHealth(context);
    return { status: 'ready', version: context.config.version };
  },

  async getServer({ config: { version, temporal, temporalUi } }) {
    return { version, temporal: { ui: temporalUi, namespace: temporal.namespace } };
  },

  async getCaller(_context, { caller }) {
    const { kind, role, scope, shownName: name, person } = caller;
    return { name, kind, role, scope: kind === 'token' ? scope : null, ...(person && { email: person.email }) };
  },
};
