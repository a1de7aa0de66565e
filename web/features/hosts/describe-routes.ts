/** Which datasets a host takes, from the routes that it polls: `2 projects, pool gpu`. */
export function describeRoutes(routes: readonly string[]): string {
  if (routes.includes('any')) return 'any dataset';
  const projects = routes.filter((route) => route.startsWith('project.')).length;
  const pools = routes
    .filter((route) => route.startsWith('pool.'))
    .map((route) => `pool ${route.slice('pool.'.length)}`);
  if (projects + pools.length === 0) return 'only what is pinned to it';
  const named = projects === 0 ? [] : [projects === 1 ? '1 project' : `${projects} projects`];
  return [...named, ...pools].join(', ');
}
