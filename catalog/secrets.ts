import { randomBytes } from 'node:crypto';
import type { Catalog } from './open-catalog.ts';

/** The secret of that name, the same for all processes that share the catalog. It is made when first asked for. */
export async function readSecret({ prisma }: Catalog, name: string): Promise<string> {
  await prisma.secret.createMany({
    data: [{ name, value: randomBytes(32).toString('base64url') }],
    skipDuplicates: true,
  });
  return (await prisma.secret.findUniqueOrThrow({ where: { name } })).value;
}
