import type { Project } from '../../../shared/contract/projects.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Facts } from '../../ui/facts.tsx';

/** What a project is called, and how a computer becomes a host of it. */
export function ProjectFacts({ project: { slug, pool, visibility } }: { project: Project }) {
  return (
    <Facts
      facts={[
        ['Slug', <CopyCommand key="slug" command={slug} />],
        ['Visibility', visibility],
        [
          'Start a host',
          <CopyCommand
            key="host"
            command={pool === null ? `crunch loop --project ${slug}` : `crunch loop --pool ${pool}`}
          />,
        ],
      ]}
    />
  );
}
