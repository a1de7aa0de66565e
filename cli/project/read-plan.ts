import { readFile } from 'node:fs/promises';
import type { Plan } from '../../shared/domain/plan.ts';
import { wordsOf } from '../output/explain-system-error.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/**
 * Reads the stages of a project from a JSON file (a list of steps, or `{"plan": […]}`) or a TOML file (`[[plan]]`
 * tables). The steps themselves are checked by the server. Throws `invalid-input`.
 */
export async function readPlan(path: string): Promise<Plan> {
  const content = await parsePlanFile(path);
  const steps = Array.isArray(content) ? content : (content as { plan?: unknown } | null)?.plan;
  if (Array.isArray(steps)) return steps as Plan;
  throw new CrunchError(
    'invalid-input',
    `${path} holds no plan. Write a JSON list of steps such as [{"stage": "download"}], or [[plan]] tables in TOML.`,
  );
}

async function parsePlanFile(path: string): Promise<unknown> {
  try {
    const text = await readFile(path, 'utf8');
    if (!path.endsWith('.toml')) return JSON.parse(text);
    const { parse } = await import('smol-toml');
    return parse(text);
  } catch (error) {
    throw new CrunchError('invalid-input', `Cannot read the plan ${path}: ${wordsOf(error)}.`, { cause: error });
  }
}
