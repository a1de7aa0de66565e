const COMBINING_MARKS = /\p{M}/gu;

/**
 * Makes the slug part of a name by the rules of Django's `slugify`: accents are dropped, letters lowered, everything
 * but `a-z 0-9 _ -` removed, and runs of blanks and dashes become one dash.
 * Returns an empty string for a name without any ASCII letter, digit or underscore.
 */
export function slugify(name: string): string {
  return name
    .normalize('NFKD')
    .replace(COMBINING_MARKS, '')
    .toLowerCase()
    .replace(/[^a-z0-9_\s-]/g, '')
    .trim()
    .replace(/[-\s]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
}

/** The slug of an item below `parentSlug`: the parent's slug, a colon, the slugified name. */
export function childSlug(parentSlug: string, name: string): string {
  return `${parentSlug}:${slugify(name)}`;
}

/** The last part of a slug: `penguins:torgersen` → `torgersen`. */
export function ownSlug(slug: string): string {
  return slug.slice(slug.lastIndexOf(':') + 1);
}

/** The name of a dataset's workspace folder: its slug with each `:` written `--`. */
export function workspaceName(slug: string): string {
  return slug.replaceAll(':', '--');
}

/** Where the files of a project's datasets lie in storage unless somebody says otherwise; ends in a slash. */
export function projectFolder(projectSlug: string): string {
  return `crunch/${projectSlug}/`;
}

/** Where a dataset's files lie in storage unless its owner says otherwise. */
export function defaultBasePath(projectSlug: string, datasetSlug: string): string {
  return projectFolder(projectSlug) + ownSlug(datasetSlug);
}

/** The slug of the project to which an item belongs: `penguins:torgersen` → `penguins`. */
export function projectSlugOf(slug: string): string {
  const end = slug.indexOf(':');
  return end === -1 ? slug : slug.slice(0, end);
}
