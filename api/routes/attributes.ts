import { createAttribute } from '../../catalog/attributes.ts';
import type { attributeEndpoints } from '../../shared/contract/attributes.ts';
import type { HandlersOf } from '../handler.ts';

export const attributeHandlers: HandlersOf<typeof attributeEndpoints> = {
  async createAttribute({ catalog }, { body }) {
    return createAttribute(catalog, body);
  },
};
