import { describeRoutes } from './describe-routes.ts';

test.each([
  [['any', 'host.m3'], 'any dataset'],
  [['project.1', 'host.m3'], '1 project'],
  [['project.1', 'project.2', 'pool.gpu', 'host.m3'], '2 projects, pool gpu'],
  [['host.m3'], 'only what is pinned to it'],
])('a host that polls %j takes %s', (routes, words) => {
  expect(describeRoutes(routes)).toBe(words);
});
