import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { projectSlugOf } from '../../shared/domain/slug.ts';
import { mayDo } from '../connection/may-do.ts';
import { DatasetEditForm } from '../features/datasets/dataset-edit-form.tsx';
import { datasetQuery } from '../features/datasets/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/empty.tsx';
import { DatasetLink, ProjectLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';

const route = getRouteApi('/datasets/$slug/edit');

export function EditDatasetPage() {
  const { slug } = route.useParams();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const dataset = useQuery(datasetQuery(slug));
  return (
    <Page
      title="Edit a dataset"
      crumbs={
        <>
          <Link to="/">Projects</Link>
          /
          <ProjectLink slug={projectSlugOf(slug)} />
          /
          <DatasetLink slug={slug} />
        </>
      }
    >
      <Answer query={dataset} what="the dataset">
        {(shown) =>
          mayDo(shown.may, 'changeDataset') ? (
            <DatasetEditForm
              dataset={shown}
              onSaved={(saved) => {
                queries.setQueryData(datasetQuery(slug).queryKey, saved);
                void navigate({ to: '/datasets/$slug', params: { slug } });
              }}
            />
          ) : (
            <Empty>Only editors of its project change this dataset. Ask one of its owners to make you one.</Empty>
          )
        }
      </Answer>
    </Page>
  );
}
