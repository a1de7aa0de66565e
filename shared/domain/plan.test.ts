import { describePlanGaps, findPlanFaults, type Plan } from './plan.ts';

const planOf = (stages: string): Plan => stages.split(' ').map((stage) => ({ stage }));

test.each([
  'download workflow upload',
  'check download clean workflow plot upload tell',
  'workflow',
  'check',
  'download check upload',
])('the plan “%s” works', (stages) => expect(findPlanFaults(planOf(stages))).toEqual([]));

test.each([
  ['download workflow workflow upload', 2, /“workflow” stands twice/],
  ['check workflow check', 2, /“check” stands twice/],
  ['download upload workflow', 1, /“upload” stands before “workflow”.*download, workflow, upload/],
  ['check workflow clean download upload', 1, /“workflow” stands before “download”/],
  ['upload check download', 0, /“upload” stands before “download”/],
])('of the plan “%s” the step %i can’t work', (stages, step, message) => {
  expect(findPlanFaults(planOf(stages))).toEqual([{ step, message: expect.stringMatching(message) }]);
});

test.each([
  ['download workflow upload', []],
  ['download workflow', [/no “upload”.*stay on the host/]],
  ['workflow upload', [/no “download”.*start without/]],
  ['check', [/no “download”/, /no “upload”/]],
])('of the plan “%s” people are told %j', (stages, expected) => {
  expect(describePlanGaps(planOf(stages))).toEqual(expected.map((message) => expect.stringMatching(message)));
});
