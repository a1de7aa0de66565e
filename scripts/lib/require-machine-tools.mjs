import { runProgram } from './run-program.mjs';

const NODE_VERSION = [20, 19];

const TOOLS = [
  { argv: ['npm', '--version'], need: 'npm, which comes with Node' },
  { argv: ['python3', '--version'], need: 'Python 3 (python3)' },
  { argv: ['python3', '-m', 'pip', '--version'], need: 'pip for Python 3 (on Debian and Ubuntu: python3-pip)' },
];

/** Throws with all that has to be installed by hand before the project can install the rest. */
export async function requireMachineTools() {
  const ends = await Promise.all(TOOLS.map(({ argv: [program, ...args] }) => runProgram(program, args)));
  const missing = TOOLS.filter((_tool, index) => ends[index].exitCode !== 0).map(({ need }) => need);
  if (!isRecentNode()) missing.unshift(`Node ${NODE_VERSION.join('.')} or later (this is ${process.versions.node})`);
  if (missing.length > 0) throw new Error(`Please install:\n${missing.map((need) => `  - ${need}`).join('\n')}`);
}

function isRecentNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > NODE_VERSION[0] || (major === NODE_VERSION[0] && minor >= NODE_VERSION[1]);
}
