import { BUILT_IN_STAGES, statusStage } from '../shared/domain/stage.ts';
import { Prisma } from './generated/client.ts';

/** A dataset's `reason` when what it was made from is no longer what it has. */
export const INPUTS_CHANGED = 'its inputs changed since its results were made';

/** The length of a dataset's `reason` at most. */
export const REASON_MAX_LENGTH = 500;

/** Whether a run was cancelled before any host took it: of the dataset it changed nothing. */
export const IS_UNTAKEN = Prisma.sql`(run.state = 'cancelled' AND run.started_at IS NULL)`;

const STAGE_NAMES = BUILT_IN_STAGES.map((stage) => Prisma.sql`WHEN ${statusStage(stage)} THEN ${stage}`);

/** A row with what the last closed run that wasn't cancelled untaken left a dataset in; none where there is no such run. */
export function lastStanding(datasetId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      run.state, run.host,
      (
        SELECT CASE status.stage ${Prisma.join(STAGE_NAMES, ' ')} ELSE status.stage END
        FROM status WHERE status.run_id = run.id ORDER BY status.id DESC LIMIT 1
      ) AS stage,
      CASE
        WHEN run.state = 'completed' AND EXISTS (
          SELECT FROM file
          WHERE file.dataset_id = run.dataset_id AND file.origin = 'input' AND file.recorded_at > run.closed_at
        ) THEN ${INPUTS_CHANGED}
        ELSE left(split_part(ltrim(run.note, E' \\t\\n\\r'), E'\\n', 1), ${REASON_MAX_LENGTH}::int)
      END AS reason
    FROM run
    WHERE run.dataset_id = ${datasetId} AND run.closed_at IS NOT NULL AND NOT ${IS_UNTAKEN}
    ORDER BY run.number DESC LIMIT 1`;
}
