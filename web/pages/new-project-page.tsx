import { Link, useNavigate } from '@tanstack/react-router';
import { useCaller } from '../connection/use-caller.ts';
import { useIsMember } from '../connection/use-is-member.ts';
import { ProjectForm } from '../features/projects/project-form.tsx';
import { EMPTY_PROJECT } from '../features/projects/project-input.ts';
import { addProject } from '../features/projects/save-project.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SignInOffer } from '../ui/sign-in-offer.tsx';

export function NewProjectPage() {
  const navigate = useNavigate();
  const caller = useCaller();
  const isMember = useIsMember();
  return (
    <Page title="Add a project" crumbs={<Link to="/">Projects</Link>}>
      {isMember ? (
        <ProjectForm
          initial={EMPTY_PROJECT}
          isNew
          save={addProject}
          onSaved={({ slug }) => void navigate({ to: '/projects/$slug', params: { slug } })}
        />
      ) : caller?.kind === 'visitor' ? (
        <SignInOffer purpose="to add a project" />
      ) : (
        <Empty>Only members of this server add projects. Ask one of its admins to make you a member.</Empty>
      )}
    </Page>
  );
}
