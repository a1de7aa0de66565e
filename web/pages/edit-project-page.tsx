import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Project } from '../../shared/contract/projects.ts';
import { mayDo } from '../connection/may-do.ts';
import { ProjectForm } from '../features/projects/project-form.tsx';
import { writeProject } from '../features/projects/project-input.ts';
import { projectQuery, workflowQuery } from '../features/projects/queries.ts';
import { changeProject } from '../features/projects/save-project.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/empty.tsx';
import { ProjectLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';

const route = getRouteApi('/projects/$slug/edit');

export function EditProjectPage() {
  const { slug } = route.useParams();
  const project = useQuery(projectQuery(slug));
  return (
    <Page
      title="Edit a project"
      crumbs={
        <>
          <Link to="/">Projects</Link>
          /
          <ProjectLink slug={slug} />
        </>
      }
    >
      <Answer query={project} what="the project">
        {(shown) =>
          mayDo(shown.may, 'changeProject') ? (
            <EditProject project={shown} />
          ) : (
            <Empty>Only owners of this project change it. Ask one of them.</Empty>
          )
        }
      </Answer>
    </Page>
  );
}

function EditProject({ project: current }: { project: Project }) {
  // What was typed goes on from what was there then, whatever others change meanwhile.
  const [project] = useState(current);
  const workflow = useQuery(workflowQuery(project.slug, project.workflow?.revision ?? 0));
  return (
    <Answer query={workflow} what="the workflow’s text">
      {({ text }) => <EditForm project={project} text={text} />}
    </Answer>
  );
}

function EditForm({ project, text }: { project: Project; text: string | null }) {
  const { slug } = project;
  const [before] = useState(() => writeProject(project, text));
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  return (
    <ProjectForm
      initial={before}
      isNew={false}
      save={(input) => changeProject(slug, before, input)}
      onSaved={(saved) => {
        queries.setQueryData(projectQuery(slug).queryKey, saved);
        void navigate({ to: '/projects/$slug', params: { slug } });
      }}
    />
  );
}
