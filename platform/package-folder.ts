/** Where Crunch is installed: the folder of its package.json, with a slash at its end. */
export function packageFolder(): URL {
  // Above this room from source, one folder further up when built.
  return new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url);
}
