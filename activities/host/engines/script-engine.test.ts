import { interpreterOf } from './script-engine.ts';

test.each([
  ['#!/bin/bash\necho', ['/bin/bash']],
  ['#!/usr/bin/env python3\n', ['/usr/bin/env', 'python3']],
  ['#! /bin/sh -eu \n', ['/bin/sh', '-eu']],
  ['#!/usr/bin/env -S awk -f\n', ['/usr/bin/env', '-S awk -f']],
  ['#!/bin/bash\r\necho', ['/bin/bash']],
  ['echo no first line', ['sh']],
  ['', ['sh']],
])('the interpreter of %j is %j', (start, argv) => {
  expect(interpreterOf(start)).toEqual(argv);
});
