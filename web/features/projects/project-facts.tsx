import type { Project } from '../../../shared/contract/projects.ts';
import { DEFAULT_PLAN } from '../../../shared/domain/plan.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Facts } from '../../ui/facts.tsx';

/** What a project runs, and how a computer becomes a host of it. */
export function ProjectFacts({ project }: { project: Project }) {
  const { engine, workflow, plan, parameters, pool, maxRunning } = project;
  return (
    <Facts
      facts={[
        ['Workflow', workflow ? describeSource(workflow) : 'none yet'],
        ['Engine', engine],
        [
          'Revision',
          workflow && `${workflow.revision}${workflow.sha256 ? `, SHA-256 ${workflow.sha256.slice(0, 12)}…` : ''}`,
        ],
        ['Stages', (plan ?? DEFAULT_PLAN).map(({ stage }) => stage).join(' → ')],
        ['Parameters', Object.keys(parameters).length > 0 && <code>{JSON.stringify(parameters)}</code>],
        ['Pool', pool],
        ['At most at once', maxRunning],
        [
          'Start a host',
          <CopyCommand
            key="host"
            command={pool === null ? `crunch loop --project ${project.slug}` : `crunch loop --pool ${pool}`}
          />,
        ],
      ]}
    />
  );
}

function describeSource({ source, entry }: NonNullable<Project['workflow']>): string {
  const places = [source['url'], source['revision'], source['path']].filter((part) => typeof part === 'string');
  return places.length > 0 ? places.join(' ') : (entry ?? 'a text');
}
