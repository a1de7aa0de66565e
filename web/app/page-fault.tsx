import { useMutation } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { crunch } from '../connection/crunch.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';

/** In the place of a page that can't be shown; the places beside it stay. */
export function PageFault({ error }: { error: unknown }) {
  const isUnreachable = error instanceof CrunchError && error.code === 'api-unreachable';
  return isUnreachable ? <Unreachable /> : <Problem title="This page can't be shown" error={error} />;
}

function Unreachable() {
  const attempt = useMutation({
    mutationFn: () => crunch.getHealth(),
    // Browsers keep in mind what they could not load; and the server may have come back as another version.
    onSuccess: () => location.reload(),
  });
  const retry = (
    <Button variant="default" loading={attempt.isPending} onClick={() => attempt.mutate()}>
      Try again
    </Button>
  );
  return (
    <Page title="The server can’t be reached">
      <Empty action={retry}>
        <span role="status">
          {attempt.error
            ? 'It still doesn’t answer. What you wanted to see is shown when it does.'
            : 'The page that you wanted to see could not be loaded. Try again when the server or the network is back.'}
        </span>
      </Empty>
    </Page>
  );
}
