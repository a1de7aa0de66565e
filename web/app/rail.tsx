import { ActionIcon, Button, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import type { Caller } from '../connection/caller.ts';
import { signInWish } from '../connection/sign-in-wish.ts';
import { useIsMember } from '../connection/use-is-member.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import classes from './rail.module.css';

/** `covers` are the addresses of the pages that lie below it. */
const PLACES = [
  { to: '/', covers: /^\/($|projects\/|new-project$)/, icon: 'projects', title: 'Projects' },
  { to: '/datasets', covers: /^\/datasets($|\/)/, icon: 'datasets', title: 'Datasets' },
  { to: '/hosts', covers: /^\/hosts$/, icon: 'hosts', title: 'Hosts' },
  { to: '/account', covers: /^\/account$/, icon: 'account', title: 'Account' },
] as const;

/** The colours in turn, and what a click brings. */
const SCHEMES: Record<MantineColorScheme, { icon: IconName; next: MantineColorScheme; word: string }> = {
  auto: { icon: 'system', next: 'light', word: 'as the system' },
  light: { icon: 'light', next: 'dark', word: 'light' },
  dark: { icon: 'dark', next: 'auto', word: 'dark' },
};

interface RailProps {
  caller: Pick<Caller, 'kind' | 'name'>;
  onLeave: () => void;
}

/** The places of the UI: at the left, or at the bottom of a phone. */
export function Rail({ caller, onLeave }: RailProps) {
  const { pathname } = useLocation();
  const isMember = useIsMember();
  // Hosts are for members to see, and visitors have no account.
  const isHidden = { '/hosts': !isMember, '/account': caller.kind === 'visitor' } as Record<string, boolean>;
  const places = PLACES.filter(({ to }) => isHidden[to] !== true);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { icon, next, word } = SCHEMES[colorScheme];
  return (
    <nav className={classes.rail} aria-label="Places">
      <Link to="/" className={classes.brand}>
        Crunch
      </Link>
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: true, includeSearch: false }}
          className={place.covers.test(pathname) ? `${classes.place} ${classes.current}` : classes.place}
        >
          <Icon name={place.icon} />
          {place.title}
        </Link>
      ))}
      <div className={classes.foot}>
        <a href="/docs/" className={classes.docs}>
          Manual
        </a>
        <a href="/api/docs" className={classes.docs}>
          API
        </a>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Colours: ${word}. Make them ${SCHEMES[next].word}`}
          title={`Colours: ${word}`}
          onClick={() => setColorScheme(next)}
        >
          <Icon name={icon} />
        </ActionIcon>
        {caller.kind === 'visitor' ? (
          <Button size="xs" onClick={signInWish.make}>
            Sign in
          </Button>
        ) : (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Sign out ${caller.name}`}
            title={`Signed in as ${caller.name}. Sign out`}
            onClick={onLeave}
          >
            <Icon name="leave" />
          </ActionIcon>
        )}
      </div>
    </nav>
  );
}
