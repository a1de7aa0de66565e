import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { pagesOf } from '../../../client/index.ts';
import { Session } from '../../../shared/contract/sign-in.ts';
import type { Token } from '../../../shared/contract/tokens.ts';
import { askAuth } from '../../connection/ask-auth.ts';
import { crunch } from '../../connection/crunch.ts';

const SESSIONS = { method: 'get', path: '/list-sessions', response: z.array(Session) } as const;

/** The browsers in which whoever asks is signed in. */
export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: () => askAuth(SESSIONS) });

/** The tokens of one person that are in force or were; admins are told of everybody's. */
export function tokensQuery(email: string) {
  return queryOptions({
    queryKey: ['tokens', email],
    async queryFn({ signal }) {
      const tokens: Token[] = [];
      for await (const page of pagesOf(crunch.listTokens, { query: { limit: 1000 } }, { signal })) tokens.push(...page);
      return tokens.filter(({ owner, revokedAt }) => owner === email && revokedAt === null);
    },
  });
}
