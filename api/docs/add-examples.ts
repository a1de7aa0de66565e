/** As much of a JSON schema as our documents have. */
export interface Schema {
  $ref?: string;
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  type?: string | string[];
  format?: string;
  minimum?: number;
  minLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

interface Described {
  schema?: Schema;
  example?: unknown;
  examples?: unknown;
}

interface Operation {
  parameters?: (Described & { required?: boolean })[];
  requestBody?: { content: Record<string, Described> };
  responses: Record<string, { content?: Record<string, Described> }>;
}

export interface Document {
  paths?: Record<string, unknown>;
  components?: { schemas?: Record<string, unknown> };
}

/** By the formats of texts. */
const FORMATS: Record<string, string> = {
  'date-time': '2026-03-01T09:30:00Z',
  date: '2026-03-01',
  uuid: '0197f0a2-5b3c-7d4e-8f90-a1b2c3d4e5f6',
  uri: 'https://example.org/station/12',
  email: 'ada@example.org',
};

/**
 * Gives each parameter that is required, each body and each good answer an example: what its schemas' own examples make.
 * Changes the document.
 */
export function addExamples(document: Document): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const methods of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(methods as Record<string, Operation>)) {
      for (const parameter of operation.parameters ?? []) if (parameter.required) illustrate(parameter, schemas);
      const answers = Object.values(operation.responses).flatMap(({ content }) => (content ? [content] : []));
      for (const content of [operation.requestBody?.content ?? {}, ...answers]) {
        if (content['application/json']) illustrate(content['application/json'], schemas);
      }
    }
  }
}

function illustrate(described: Described, schemas: Record<string, Schema>): void {
  if (described.schema && described.examples === undefined) described.example = makeExample(described.schema, schemas);
}

/** The simplest value of a schema that tells what it is for. */
export function makeExample(schema: Schema, schemas: Record<string, Schema>): unknown {
  const { $ref, allOf, oneOf, anyOf } = schema;
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if ($ref !== undefined) return makeExample(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (allOf !== undefined) return Object.assign({}, ...allOf.map((part) => makeExample(part, schemas))) as unknown;
  const [choice] = oneOf ?? anyOf ?? [];
  if (choice !== undefined) return makeExample(choice, schemas);
  return makeByType(schema, schemas);
}

function makeByType(schema: Schema, schemas: Record<string, Schema>): unknown {
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return makeObject(schema, schemas);
    case 'array':
      return schema.items === undefined ? [] : [makeExample(schema.items, schemas)];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return false;
    case 'string':
      return FORMATS[schema.format ?? ''] ?? 'text';
    default:
      return null;
  }
}

/** What is optional is left out where nobody gave an example of it. */
function makeObject({ properties = {}, required = [] }: Schema, schemas: Record<string, Schema>): unknown {
  const shown = Object.entries(properties).filter(
    ([name, property]) => required.includes(name) || property.example !== undefined,
  );
  return Object.fromEntries(shown.map(([name, property]) => [name, makeExample(property, schemas)]));
}
