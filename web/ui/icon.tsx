import classes from './icon.module.css';

const PATHS = {
  projects: 'M3 5h5l2 2h7v9H3z',
  datasets:
    'M4 6c0-1.5 3-2.5 6-2.5s6 1 6 2.5-3 2.5-6 2.5S4 7.5 4 6zm0 0v8c0 1.5 3 2.5 6 2.5s6-1 6-2.5V6M4 10c0 1.5 3 2.5 6 2.5s6-1 6-2.5',
  hosts: 'M3 4h14v5H3zm0 7h14v5H3zm3-4.5h.01m-.01 7h.01',
  account: 'M10 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM4 16.5c.5-3 2.5-4.5 6-4.5s5.5 1.5 6 4.5',
  system: 'M3 4h14v9H3zm5 12h4m-2-3v3',
  light:
    'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2v2m0 12v2M2 10h2m12 0h2M4.5 4.5L6 6m8 8l1.5 1.5m0-11L14 6m-8 8l-1.5 1.5',
  dark: 'M16 12A6.5 6.5 0 0 1 8 4a6.5 6.5 0 1 0 8 8z',
  leave: 'M8 4H4v12h4m4-9l3 3-3 3m3-3H8',
  copy: 'M7 7h9v9H7zm-3 6V4h9',
  file: 'M5 3h7l3 3v11H5zm7 0v3h3',
  download: 'M10 3v9m-4-3l4 4 4-4M4 16h12',
  upload: 'M10 13V4M6 7l4-4 4 4M4 16h12',
  closed: 'M8 6l4 4-4 4',
  expanded: 'M6 8l4 4 4-4',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a word, or in a button that has a label of its own. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={classes.icon} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
