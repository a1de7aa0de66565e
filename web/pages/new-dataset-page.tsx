import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import { DatasetForm, type Afterwards } from '../features/datasets/dataset-form.tsx';
import { queueDataset } from '../features/datasets/queue-dataset.ts';
import { ChosenFiles } from '../features/files/chosen-files.tsx';
import type { ChosenFile } from '../features/files/upload-queue.ts';
import { uploads } from '../features/files/uploads.ts';
import { ProjectLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';

const route = getRouteApi('/projects/$slug/new-dataset');

export function NewDatasetPage() {
  const { slug: project } = route.useParams();
  const navigate = route.useNavigate();
  const [files, setFiles] = useState<ChosenFile[]>([]);

  // The dataset's page shows how its files arrive.
  const start = ({ slug }: DatasetDetail, afterwards: Afterwards) => {
    uploads.add(slug, files, afterwards === 'queue' ? () => queueDataset(slug) : undefined);
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
      <DatasetForm project={project} files={<ChosenFiles files={files} onChange={setFiles} />} onCreated={start} />
    </Page>
  );
}
