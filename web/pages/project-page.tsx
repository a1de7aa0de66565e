import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { mayDo } from '../connection/may-do.ts';
import { useRetryFailed } from '../features/datasets/retry-failed.tsx';
import { usePauseProject } from '../features/projects/pause-project.tsx';
import { ProjectFacts } from '../features/projects/project-facts.tsx';
import { ProjectWorkflow } from '../features/projects/project-workflow.tsx';
import { projectQuery } from '../features/projects/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Details } from '../ui/details.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';
import { Section } from '../ui/section.tsx';
import { StateBar, StateCountLinks, totalOf } from '../ui/state-counts.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import { DatasetList } from './dataset-list.tsx';
import classes from './summary.module.css';

const route = getRouteApi('/projects/$slug');

/** How far is it, and what is stuck? */
export function ProjectPage() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const project = useQuery(projectQuery(slug));
  const retry = useRetryFailed(slug, project.data);
  const pause = usePauseProject(slug, project.data);
  return (
    <Page
      title={project.data?.name ?? slug}
      crumbs={<Link to="/">Projects</Link>}
      mark={project.data?.paused && <StateMark state="paused" />}
      action={
        project.data && (
          <>
            {mayDo(project.data.may, 'changeProject') && (
              <LinkButton to="/projects/$slug/edit" params={{ slug }} variant="default">
                Edit
              </LinkButton>
            )}
            {pause.button}
            {retry.button}
            {mayDo(project.data.may, 'createDataset') && (
              <LinkButton to="/projects/$slug/new-dataset" params={{ slug }}>
                Add dataset
              </LinkButton>
            )}
          </>
        )
      }
    >
      <Answer query={project} what="the project">
        {(shown) => (
          <>
            {pause.note}
            {retry.refusal}
            {shown.description !== '' && <p>{shown.description}</p>}
            {shown.warning !== null && <p role="note">{shown.warning}</p>}
            {totalOf(shown.datasets) > 0 && (
              <div className={classes.summary}>
                <span>
                  {shown.datasets.completed.toLocaleString()} of {totalOf(shown.datasets).toLocaleString()} datasets
                  completed
                </span>
                <StateBar counts={shown.datasets} project={slug} />
                <StateCountLinks counts={shown.datasets} project={slug} current={search.state} />
              </div>
            )}
            <DatasetList
              project={slug}
              search={search}
              onSearch={(change) =>
                void navigate({ search: (before) => ({ ...before, ...change }), replace: 'search' in change })
              }
              command={mayDo(shown.may, 'createDataset') && `crunch add-dataset ${slug} NAME --files FOLDER`}
            />
            <Section title="Workflow">
              <ProjectWorkflow project={shown} />
            </Section>
            <Section title="About this project">
              <ProjectFacts project={shown} />
            </Section>
            {shown.details !== '' && (
              <Section title="Details">
                <Details text={shown.details} />
              </Section>
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}
