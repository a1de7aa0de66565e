import type { OperationName } from '../../shared/contract/index.ts';
import { rightsUpTo, type Right } from '../../shared/domain/project-role.ts';
import { mayDo } from './may-do.ts';

const EDITS: OperationName[] = ['createDataset', 'createAttribute', 'putFile', 'queueDatasets'];
const OFFERED: OperationName[] = [...EDITS, 'retryDatasets', 'cancelDatasets'];

test.each<[Right, OperationName[]]>([
  ['visit', []],
  ['view', []],
  ['edit', EDITS],
  ['operate', OFFERED],
  ['own', OFFERED],
])('somebody who may %s is offered what that allows', (right, allowed) => {
  expect(OFFERED.filter((operation) => mayDo(rightsUpTo(right), operation))).toEqual(allowed);
});

test('what no right in a project allows is not offered by one', () => {
  expect(mayDo(rightsUpTo('own'), 'createProject')).toBe(false);
});
