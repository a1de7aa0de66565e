import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { createJiti } from 'jiti';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { defineStages, type AnyStageDefinition } from './define-stage.ts';

/**
 * Loads a user's stage module, TypeScript or JavaScript, with no build step. It imports `crunch/stages` wherever it
 * lies, also where Crunch is not installed beside it.
 * Throws CrunchError `invalid-input` naming the file when it can't be loaded or exports no stages.
 */
export async function loadStages(file: string): Promise<readonly AnyStageDefinition[]> {
  const absolute = path.resolve(file);
  const jiti = createJiti(import.meta.url, {
    moduleCache: false,
    fsCache: false,
    alias: { 'crunch/stages': entryFile() },
  });
  let exported: unknown;
  try {
    exported = await jiti.import(absolute, { default: true });
  } catch (error) {
    throw new CrunchError('invalid-input', `the stage module ${absolute} can't be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (!Array.isArray(exported)) {
    const fix = 'it must have “export default defineStages([…])” with defineStages from crunch/stages';
    throw new CrunchError('invalid-input', `the stage module ${absolute} exports no stages: ${fix}`);
  }
  return defineStages(exported as AnyStageDefinition[]);
}

/** This room's entry: `index.ts` from source, `index.js` when built. */
function entryFile(): string {
  return fileURLToPath(new URL(`./index${path.extname(import.meta.url)}`, import.meta.url));
}
