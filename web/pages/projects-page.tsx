import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useIsMember } from '../connection/use-is-member.ts';
import { describeHosts } from '../features/hosts/describe-hosts.ts';
import { hostsQuery } from '../features/hosts/queries.ts';
import { ProjectTable } from '../features/projects/project-table.tsx';
import { projectsQuery } from '../features/projects/queries.ts';
import { sumCounts } from '../features/projects/sum-counts.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/empty.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { StateBar, StateCountLinks, totalOf } from '../ui/state-counts.tsx';
import classes from './summary.module.css';

const route = getRouteApi('/');

/** What is going on? */
export function ProjectsPage() {
  const { trail = [] } = route.useSearch();
  const navigate = route.useNavigate();
  const projects = useQuery(projectsQuery(trail.at(-1)));
  const isMember = useIsMember();
  const hosts = useQuery({ ...hostsQuery(), enabled: isMember });
  return (
    <Page title="Projects" action={isMember && <LinkButton to="/new-project">Add project</LinkButton>}>
      <Answer query={projects} what="the projects">
        {({ items, next }) => {
          if (items.length === 0 && trail.length === 0) {
            return (
              <Empty command={isMember && 'crunch add-project NAME --workflow FILE'}>
                There is no project yet. A project is a workflow with the datasets that go through it.
              </Empty>
            );
          }
          const counts = sumCounts(items.map(({ datasets }) => datasets));
          return (
            <>
              {totalOf(counts) > 0 && next === null && trail.length === 0 && (
                <div className={classes.summary}>
                  <StateBar counts={counts} />
                  <StateCountLinks counts={counts} />
                </div>
              )}
              {hosts.data && (
                <p className={classes.line}>
                  <Link to="/hosts">Hosts</Link>: {describeHosts(hosts.data.items)}
                </p>
              )}
              <ProjectTable projects={items} />
              <Pager trail={trail} next={next} onMove={(to) => void navigate({ search: { trail: to } })} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}
