import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { DatasetDetail, Status } from '../../shared/contract/datasets.ts';
import { useCaller } from '../connection/use-caller.ts';
import { mayDo } from '../connection/may-do.ts';
import { AddAttributes } from '../features/datasets/add-attributes.tsx';
import { AttributeList } from '../features/datasets/attribute-list.tsx';
import { ItemList } from '../features/datasets/item-list.tsx';
import { runsQuery } from '../features/datasets/queries.ts';
import { RunTable } from '../features/datasets/run-table.tsx';
import { StatusTable } from '../features/datasets/status-table.tsx';
import { executionUrl } from '../features/temporal/execution-url.ts';
import { serverQuery } from '../features/temporal/queries.ts';
import { Ago } from '../ui/ago.tsx';
import { Answer } from '../ui/answer.tsx';
import { CopyCommand } from '../ui/copy-command.tsx';
import { Details } from '../ui/details.tsx';
import { Empty } from '../ui/empty.tsx';
import { Facts } from '../ui/facts.tsx';
import { Section } from '../ui/section.tsx';

interface DatasetRecordProps {
  dataset: DatasetDetail;
  statuses: UseQueryResult<Status[]>;
}

/** What happened to a dataset, and what is known of it. */
export function DatasetRecord({ dataset, statuses }: DatasetRecordProps) {
  const { slug, attributes, items, details, may } = dataset;
  const runs = useQuery(runsQuery(slug));
  const isKnown = useCaller()?.kind === 'person';
  const temporal = useQuery({ ...serverQuery, enabled: isKnown }).data?.temporal;
  return (
    <div>
      <Section title="What happened">
        <Answer query={statuses} what="the statuses">
          {(shown) =>
            shown.length === 0 ? <Empty>Nothing yet: no host has taken it.</Empty> : <StatusTable statuses={shown} />
          }
        </Answer>
      </Section>
      <Section title="Runs">
        <Answer query={runs} what="the runs">
          {(shown) =>
            shown.items.length === 0 ? (
              <Empty>It has not run yet.</Empty>
            ) : (
              <RunTable
                rows={shown.items.map((run) => ({ run, executionUrl: temporal && executionUrl(temporal, run) }))}
              />
            )
          }
        </Answer>
      </Section>
      <Section title="Attributes">
        {attributes.length === 0 ? (
          <Empty command={mayDo(may, 'createAttribute') && `crunch add-char-attribute ${slug} KEY VALUE`}>
            It has no attributes.
          </Empty>
        ) : (
          <AttributeList attributes={attributes} />
        )}
        {mayDo(may, 'createAttribute') && <AddAttributes key={slug} slug={slug} />}
      </Section>
      {items.length > 0 && (
        <Section title="Items">
          <ItemList items={items} />
        </Section>
      )}
      {details !== '' && (
        <Section title="Details">
          <Details text={details} />
        </Section>
      )}
      <Section title="About this dataset">
        <Facts
          facts={[
            ['Slug', <CopyCommand key="slug" command={slug} />],
            ['Path in storage', dataset.basePath],
            ['Priority', `${dataset.priority} of 5, 1 is most urgent`],
            ['Added', <Ago key="added" at={dataset.createdAt} />],
            ['Queued', dataset.queuedAt && <Ago key="queued" at={dataset.queuedAt} />],
          ]}
        />
      </Section>
    </div>
  );
}
