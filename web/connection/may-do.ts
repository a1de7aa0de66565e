import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { contract, type OperationName } from '../../shared/contract/index.ts';
import type { Right } from '../../shared/domain/project-role.ts';

/** Whether somebody with these rights in a project may ask for an operation there: what would be refused is not offered. */
export function mayDo(rights: readonly Right[], operation: OperationName): boolean {
  const { needs }: Endpoint = contract[operation];
  return 'may' in needs && rights.includes(needs.may);
}
