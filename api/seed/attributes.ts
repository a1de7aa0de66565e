import { pageAttributes } from '../../catalog/numbered-pages.ts';
import type { Attribute } from '../../shared/contract/attributes.ts';
import type { AttributeType } from '../../shared/domain/attribute-type.ts';
import { perform } from '../perform.ts';
import { findRelated } from './find-item.ts';
import { attributeForms } from './forms.ts';
import { answerList } from './numbered-list.ts';
import { parseForm, type Form } from './parse-form.ts';
import { presentAttribute } from './present-seed.ts';
import type { SeedCall, SeedRoute } from './seed-route.ts';

/** Our names for the types, by those of django-crunch's paths, and what OPTIONS calls them, in the order of its root. */
const TYPES: [word: string, type: AttributeType, name: string][] = [
  ['char', 'char', 'Char'],
  ['float', 'float', 'Float'],
  ['int', 'integer', 'Integer'],
  ['filesize', 'filesize', 'Filesize'],
  ['bool', 'boolean', 'Boolean'],
  ['url', 'url', 'Url'],
  ['lat-long', 'lat-long', 'Lat Long'],
  ['datetime', 'datetime', 'Date Time'],
  ['date', 'date', 'Date'],
];

export const attributeRoutes: SeedRoute[] = TYPES.map(([word, type, name]) => ({
  path: `/attributes/${word}/`,
  name: `${name} Attribute Api List`,
  form: attributeForms[type],
  methods: { get: (call) => list(call, type), post: (call) => create(call, type) },
}));

async function list(call: SeedCall, type: AttributeType): Promise<unknown> {
  const load = (request: Omit<Parameters<typeof pageAttributes>[1], 'type'>) =>
    pageAttributes(call.context.catalog, { ...request, type });
  return answerList(call, load, ({ item, attribute }) => presentAttribute(item, attribute));
}

async function create(call: SeedCall, type: AttributeType): Promise<unknown> {
  const form: Form = attributeForms[type];
  const { item: slug, ...attribute } = parseForm(form, call.sent);
  const { slug: item } = await findRelated(call, 'item', String(slug));
  // The form of a type gives what an attribute of that type has.
  const body = { item, attribute: { ...attribute, type } as Attribute };
  const added = await perform(call.context, call.caller, 'createAttribute', { body });
  return presentAttribute(added.slug, added.attribute);
}
