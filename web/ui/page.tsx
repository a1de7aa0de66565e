import { Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** The way up: links, outermost first. */
  crumbs?: ReactNode;
  /** Beside the title, such as a state. */
  mark?: ReactNode;
  /** What people come here to do. */
  action?: ReactNode;
  children: ReactNode;
}

/** The frame of each page: where it lies, its name, its one action, and one column. */
export function Page({ title, crumbs, mark, action, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Crunch`;
  }, [title]);
  return (
    <>
      <header className={classes.head}>
        {crumbs && (
          <nav aria-label="Breadcrumb" className={classes.crumbs}>
            {crumbs}
          </nav>
        )}
        <div className={classes.line}>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {mark && <div role="status">{mark}</div>}
          {action && <div className={classes.action}>{action}</div>}
        </div>
      </header>
      {children}
    </>
  );
}
