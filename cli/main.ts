#!/usr/bin/env node
import { runCrunch } from './run-crunch.ts';

process.exitCode = await runCrunch(process.argv.slice(2), process);
