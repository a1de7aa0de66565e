import { executionUrl } from './execution-url.ts';

const run = { workflowId: 'crunch/12', temporalRunId: '6a2f41a3' };

test('a run’s execution has an address in Temporal’s UI', () => {
  const url = 'https://temporal.example.org/namespaces/my%20lab/workflows/crunch%2F12/6a2f41a3/history';
  expect(executionUrl({ ui: 'https://temporal.example.org/', namespace: 'my lab' }, run)).toBe(url);
});

test('without a UI, or before it is in Temporal, it has none', () => {
  expect(executionUrl({ ui: null, namespace: 'default' }, run)).toBeUndefined();
  const ui = 'http://127.0.0.1:8233';
  expect(executionUrl({ ui, namespace: 'default' }, { ...run, temporalRunId: null })).toBeUndefined();
});
