import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { projectSlugOf } from '../../shared/domain/slug.ts';
import { mayDo } from '../connection/may-do.ts';
import { DatasetActions } from '../features/datasets/dataset-actions.tsx';
import { DatasetHeadline } from '../features/datasets/dataset-headline.tsx';
import { datasetQuery, statusesQuery } from '../features/datasets/queries.ts';
import { useUploads } from '../features/files/uploads.ts';
import { Answer } from '../ui/answer.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { ProjectLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import { DatasetFiles } from './dataset-files.tsx';
import { DatasetLog } from './dataset-log.tsx';
import classes from './dataset-page.module.css';
import { DatasetRecord } from './dataset-record.tsx';

const route = getRouteApi('/datasets/$slug');

/** What happened to it, and what can I do? */
export function DatasetPage() {
  const { slug } = route.useParams();
  const dataset = useQuery(datasetQuery(slug));
  const statuses = useQuery(statusesQuery(slug));
  const { data } = dataset;
  const { isBusy } = useUploads(slug);
  const project = projectSlugOf(slug);
  return (
    <Page
      title={data?.name ?? slug}
      crumbs={
        <>
          <Link to="/">Projects</Link>
          /
          <ProjectLink slug={project} />
        </>
      }
      mark={data && <StateMark state={data.state} />}
      action={
        data && (
          <>
            {mayDo(data.may, 'changeDataset') && (
              <LinkButton to="/datasets/$slug/edit" params={{ slug }} variant="default">
                Edit
              </LinkButton>
            )}
            {!isBusy && <DatasetActions key={`${data.state} ${data.runs}`} {...data} />}
          </>
        )
      }
    >
      <Answer query={dataset} what="the dataset">
        {(shown) => (
          <>
            {isBusy ? (
              <p>Its files are on their way. Keep this page open until they are there.</p>
            ) : (
              <DatasetHeadline dataset={shown} statuses={statuses.data ?? []} />
            )}
            {shown.description !== '' && <p>{shown.description}</p>}
            <DatasetLog dataset={shown} />
            <div className={classes.columns}>
              <DatasetFiles dataset={shown} />
              <DatasetRecord dataset={shown} statuses={statuses} />
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}
