import { Title, VisuallyHidden } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './section.module.css';

interface SectionProps {
  title: string;
  /** Only for those who don't see it: what is above says it already. */
  isTitleHidden?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}

/** A part of a page under a title of its own. */
export function Section({ title, isTitleHidden = false, aside, children }: SectionProps) {
  const id = useId();
  const heading = (
    <Title order={2} id={id}>
      {title}
    </Title>
  );
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        {isTitleHidden ? <VisuallyHidden>{heading}</VisuallyHidden> : heading}
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
