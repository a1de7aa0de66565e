import { z } from 'zod';
import { OUTPUT_LINE_LENGTH, REPORTED_LINES } from '../domain/run-output.ts';
import type { Endpoint } from './endpoint.ts';
import { Boot, HostName } from './hosts.ts';
import { TransferState } from './transfer.ts';

/** Milliseconds since 1970, within what a date can be. */
const Moment = z.int().min(0).max(253_402_300_799_999);

const OutputLine = z.strictObject({
  atMs: Moment,
  stage: z.string().max(100),
  text: z.string().max(OUTPUT_LINE_LENGTH),
});

/** What a lease printed since the last report. */
export const OutputReport = z.strictObject({
  runId: z.uuid(),
  leaseNumber: z.int32().min(1),
  host: HostName,
  boot: Boot,
  /** How many lines the lease printed before these. What the server has already, it doesn't take again. */
  first: z.int().min(0).max(2_000_000_000),
  lines: z.array(OutputLine).max(REPORTED_LINES),
  /** Of a stage that moves files. */
  transfer: TransferState.optional(),
});
export type OutputReport = z.infer<typeof OutputReport>;

/** What became of a report. */
export const OutputReceipt = z.object({
  /** How many lines of the lease the server has. */
  received: z.int(),
  /** `over`: it takes nothing more of this lease. `unknown`: it has not heard of it yet; to be sent again. */
  standing: z.enum(['in force', 'over', 'unknown']),
});
export type OutputReceipt = z.infer<typeof OutputReceipt>;

export const runOutputEndpoints = {
  reportOutput: {
    method: 'post',
    path: '/output',
    summary:
      'A host sends what its runs print and how far their transfers are; answered with a receipt for each report, in their order',
    scope: 'host',
    needs: { be: 'host' },
    body: z.strictObject({ reports: z.array(OutputReport).max(100) }),
    response: z.object({ receipts: z.array(OutputReceipt) }),
  },
} as const satisfies Record<string, Endpoint>;
