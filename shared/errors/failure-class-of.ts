import type { FailureClass } from '../domain/failure-class.ts';
import { isErrorCode, type ErrorCode } from './error-codes.ts';

const CLASSES: Partial<Record<ErrorCode, FailureClass>> = {
  'workflow-failed': 'workflow',
  'workflow-timeout': 'workflow',
  'stage-failed': 'stage',
  'storage-unavailable': 'storage',
  'storage-stalled': 'storage',
  'storage-refused': 'storage',
  'storage-corrupt': 'storage',
  'precondition-failed': 'storage',
  'source-unavailable': 'source',
  'api-unreachable': 'host',
  'missing-tool': 'host',
  'host-cannot': 'host',
  'host-draining': 'host',
  'host-disk-full': 'host',
  'lease-lost': 'host',
  poison: 'poison',
};

/** Who or what a run failed by, from the code of the error that failed it. */
export function failureClassOf(code: unknown): FailureClass {
  return (isErrorCode(code) && CLASSES[code]) || 'internal';
}
