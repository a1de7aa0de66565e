import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import { useCaller } from '../connection/use-caller.ts';
import { mayDo } from '../connection/may-do.ts';
import { actOnDataset } from '../features/datasets/act-on-dataset.ts';
import { DatasetForm, type Afterwards } from '../features/datasets/dataset-form.tsx';
import { releaseDataset } from '../features/datasets/release-dataset.ts';
import { ChosenFiles } from '../features/files/chosen-files.tsx';
import type { ChosenFile } from '../features/files/upload-queue.ts';
import { uploads } from '../features/files/uploads.ts';
import { projectQuery } from '../features/projects/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/empty.tsx';
import { ProjectLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';
import { SignInOffer } from '../ui/sign-in-offer.tsx';

/** What lets go of a dataset, which is held until its files are there. */
const RELEASES = {
  queue: (slug: string) => actOnDataset('queue', slug),
  draft: releaseDataset,
  hold: undefined,
} as const;

const route = getRouteApi('/projects/$slug/new-dataset');

export function NewDatasetPage() {
  const { slug: project } = route.useParams();
  const navigate = route.useNavigate();
  const caller = useCaller();
  const found = useQuery(projectQuery(project));
  const [files, setFiles] = useState<ChosenFile[]>([]);

  // The dataset's page shows how its files arrive.
  const start = ({ slug }: DatasetDetail, afterwards: Afterwards) => {
    uploads.add(slug, files, RELEASES[afterwards]?.bind(undefined, slug));
    void navigate({ to: '/datasets/$slug', params: { slug } });
  };
  return (
    <Page
      title="Add a dataset"
      crumbs={
        <>
          <Link to="/">Projects</Link>
          /
          <ProjectLink slug={project} />
        </>
      }
    >
      <Answer query={found} what="the project">
        {({ may }) =>
          mayDo(may, 'createDataset') ? (
            <DatasetForm
              project={project}
              files={<ChosenFiles files={files} onChange={setFiles} />}
              onCreated={start}
            />
          ) : caller?.kind === 'visitor' ? (
            <SignInOffer purpose="to add datasets, if you may" />
          ) : (
            <Empty>Only editors of this project add datasets to it. Ask one of its owners to make you one.</Empty>
          )
        }
      </Answer>
    </Page>
  );
}
