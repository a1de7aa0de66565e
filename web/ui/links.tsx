import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface PlaceLinkProps {
  slug: string;
  children?: ReactNode;
}

/** To a project's page; shows the slug unless it is given something else. */
export function ProjectLink({ slug, children = slug }: PlaceLinkProps) {
  return (
    <Link to="/projects/$slug" params={{ slug }}>
      {children}
    </Link>
  );
}

/** To a dataset's page; shows the slug unless it is given something else. */
export function DatasetLink({ slug, children = slug }: PlaceLinkProps) {
  return (
    <Link to="/datasets/$slug" params={{ slug }}>
      {children}
    </Link>
  );
}
