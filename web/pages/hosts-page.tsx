import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { describeHosts } from '../features/hosts/describe-hosts.ts';
import { HostTable } from '../features/hosts/host-table.tsx';
import { hostsQuery } from '../features/hosts/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { CopyCommand } from '../ui/copy-command.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';

const route = getRouteApi('/hosts');

/** Who works, and who doesn't? */
export function HostsPage() {
  const { trail = [] } = route.useSearch();
  const navigate = route.useNavigate();
  const hosts = useQuery(hostsQuery(trail.at(-1)));
  return (
    <Page title="Hosts">
      <Answer query={hosts} what="the hosts">
        {({ items, next }) =>
          items.length === 0 && trail.length === 0 ? (
            <Empty command="crunch loop">
              There is no host yet. Any computer that is signed in to this server becomes one by this command.
            </Empty>
          ) : (
            <>
              <p>{describeHosts(items)}</p>
              <HostTable hosts={items} />
              <Pager trail={trail} next={next} onMove={(to) => void navigate({ search: { trail: to } })} />
              <p>
                To make another computer a host, sign in on it and run <CopyCommand command="crunch loop" />
              </p>
            </>
          )
        }
      </Answer>
    </Page>
  );
}
