import { spawn } from 'node:child_process';
import path from 'node:path';

/** The folder of package.json. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Runs a program to its end. With `show` its output goes to the terminal, else it is collected: all of it in `output`,
 * what it wrote to stdout also in `stdout`.
 * A program that can't be started resolves with exit code 127 and the reason as output.
 */
export function runProgram(command, args, { cwd = ROOT, env = {}, show = false } = {}) {
  return new Promise((resolve) => {
    const output = [];
    const stdout = [];
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', (chunk) => stdout.push(chunk));
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => resolve({ exitCode: 127, output: error.message, stdout: '' }));
    child.once('close', (exitCode, signal) =>
      resolve({
        exitCode: exitCode ?? 1,
        output: Buffer.concat(output).toString() + (signal === null ? '' : `\n${command} was ended by ${signal}`),
        stdout: Buffer.concat(stdout).toString(),
      }),
    );
  });
}

/** Runs a program of node_modules/.bin. */
export function runTool(name, args, options) {
  return runProgram(path.join(ROOT, 'node_modules/.bin', name), args, options);
}

/** Runs a program and throws with its output when it fails. */
export async function expectSuccess(running) {
  const { exitCode, output } = await running;
  if (exitCode !== 0) throw new Error(output.trim() || `ended with exit code ${exitCode}`);
  return output;
}
