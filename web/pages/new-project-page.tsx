import { Link, useNavigate } from '@tanstack/react-router';
import { ProjectForm } from '../features/projects/project-form.tsx';
import { Page } from '../ui/page.tsx';

export function NewProjectPage() {
  const navigate = useNavigate();
  return (
    <Page title="Add a project" crumbs={<Link to="/">Projects</Link>}>
      <ProjectForm onCreated={({ slug }) => void navigate({ to: '/projects/$slug', params: { slug } })} />
    </Page>
  );
}
