import { findFailingLine, firstLine, readFailureNote } from './failure-note.ts';

test('a note is a sentence and the end of a log', () => {
  const note = 'the workflow exited with code 3\nreading\nrow 17 is odd\n';
  expect(readFailureNote(note)).toEqual({
    message: 'the workflow exited with code 3',
    log: ['reading', 'row 17 is odd'],
  });
  expect(firstLine('alone')).toBe('alone');
  expect(readFailureNote('alone').log).toEqual([]);
});

test.each([
  [['Building DAG', 'Error in rule align:', '  jobid: 1', 'Exiting because a job execution failed.'], 1],
  [['Traceback (most recent call last):', '  File "a.py", line 1', 'ValueError: no rows'], 2],
  [['bwa: command not found', 'cleaning up'], 0],
  [['one', 'two'], 1],
  [[], -1],
])('of %j line %d is marked', (log, line) => {
  expect(findFailingLine(log)).toBe(line);
});
