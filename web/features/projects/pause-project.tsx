import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../../shared/contract/projects.ts';
import { formatAge } from '../../../shared/domain/format-time.ts';
import { crunch } from '../../connection/crunch.ts';
import { mayDo } from '../../connection/may-do.ts';
import { Problem } from '../../ui/problem.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { projectQuery } from './queries.ts';

/** Pauses and resumes a project: a button for its page's head, and below that why, by whom, and what was refused. */
export function usePauseProject(slug: string, project: Project | undefined) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const params = { slug };
  const onSuccess = (changed: Project) => queries.setQueryData(projectQuery(slug).queryKey, changed);
  const pause = useMutation({
    mutationFn: (reason?: string) => crunch.pauseProject({ params, body: { reason } }),
    onSuccess,
    onSettled: () => setAsking(false),
  });
  const resume = useMutation({ mutationFn: () => crunch.resumeProject({ params }), onSuccess });
  const isOffered = project !== undefined && mayDo(project.may, 'pauseProject');
  const error = pause.error ?? resume.error;
  return {
    button:
      isOffered &&
      (project.paused ? (
        <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      ) : (
        <Button variant="default" onClick={() => setAsking(!isAsking)}>
          Pause
        </Button>
      )),
    note: (
      <>
        {isAsking && <ReasonForm verb="Pause" isBusy={pause.isPending} onConfirm={(reason) => pause.mutate(reason)} />}
        {error && <Problem title="It was left as it is" error={error} />}
        {project?.pause && <p role="note">{describePause(project.pause)}</p>}
      </>
    ),
  };
}

function describePause({ by, at, reason }: NonNullable<Project['pause']>): string {
  const why = reason === null ? '' : `: ${reason}`;
  return `Paused by ${by}, ${formatAge(at)}${why}. Hosts finish what they have, and get no dataset until it is resumed.`;
}
