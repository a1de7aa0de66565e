import { useQuery } from '@tanstack/react-query';
import type { Project } from '../../../shared/contract/projects.ts';
import { formatSeconds } from '../../../shared/domain/format-time.ts';
import { DEFAULT_PLAN, type PlanStep } from '../../../shared/domain/plan.ts';
import { mayDo } from '../../connection/may-do.ts';
import { Answer } from '../../ui/answer.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Facts } from '../../ui/facts.tsx';
import { workflowQuery } from './queries.ts';

/** What each dataset of a project goes through, and where. */
export function ProjectWorkflow({ project }: { project: Project }) {
  const { slug, engine, workflow, plan, parameters, pool, maxRunning, may } = project;
  return (
    <>
      <Facts
        facts={[
          ['Source', workflow ? describeSource(workflow) : 'none yet'],
          ['Engine', engine],
          ['Revision', workflow?.revision],
          ['SHA-256', workflow?.sha256 && <code>{workflow.sha256}</code>],
          ['Plan', (plan ?? DEFAULT_PLAN).map(describeStep).join(' → ')],
          ...Object.entries(parameters).map(
            ([key, value]) => [`Parameter ${key}`, <code key={key}>{JSON.stringify(value)}</code>] as const,
          ),
          ['Pool', pool ?? 'none: hosts of this project, and those that take any dataset'],
          ['At most at once', maxRunning ?? 'no limit'],
        ]}
      />
      {workflow?.sha256 && mayDo(may, 'getProjectWorkflow') && (
        <WorkflowText slug={slug} revision={workflow.revision} name={workflow.entry ?? 'Workflow'} />
      )}
    </>
  );
}

function WorkflowText({ slug, revision, name }: { slug: string; revision: number; name: string }) {
  const workflow = useQuery(workflowQuery(slug, revision));
  return (
    <Answer query={workflow} what="the workflow’s text">
      {({ text }) => text !== null && <CodeBlock label={name} text={text} />}
    </Answer>
  );
}

function describeSource({ source, entry }: NonNullable<Project['workflow']>): string {
  const places = [source['url'], source['revision'], source['path']].filter((part) => typeof part === 'string');
  return places.length > 0 ? places.join(' ') : `a text, ${entry ?? 'not there yet'}`;
}

function describeStep({ stage, parameters, timeoutMs, maxAttempts }: PlanStep): string {
  const more = [
    parameters && JSON.stringify(parameters),
    timeoutMs !== undefined && `at most ${formatSeconds(timeoutMs / 1000)}`,
    maxAttempts !== undefined && `up to ${maxAttempts} attempts`,
  ].filter(Boolean);
  return more.length === 0 ? stage : `${stage} (${more.join(', ')})`;
}
