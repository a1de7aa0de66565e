import type { FilterLeaf, FilterTree } from '../../shared/domain/filter/filter-tree.ts';
import { Prisma } from '../generated/client.ts';
import { hasAttribute, lacksAttribute, type AttributeLeaf } from './attribute-conditions.ts';
import { anyOf, everyOf } from './compare-values.ts';
import { fieldCondition, type FilterContext } from './field-condition.ts';

/**
 * A filter as a condition on `dataset` with DATASET_JOINS. It is true or false, never unknown: `not` lets pass what its
 * term doesn't. Comparisons of one attribute that are joined by `and` are about one value of it.
 */
export function compileFilter(tree: FilterTree, context: FilterContext): Prisma.Sql {
  return compile(tree, context, false);
}

/** The terms of a filter all of which must be true. */
export function termsOf(tree: FilterTree): FilterTree[] {
  return tree.kind === 'and' ? tree.terms.flatMap(termsOf) : [tree];
}

/** Whether a term is about one value of an attribute. */
export function isAttributeLeaf(term: FilterTree): term is AttributeLeaf {
  return (term.kind === 'compare' || term.kind === 'in') && 'attribute' in term.subject;
}

/** A negation is carried down to the leaves, where what is unknown is known to be untrue. */
function compile(tree: FilterTree, context: FilterContext, negated: boolean): Prisma.Sql {
  switch (tree.kind) {
    case 'not':
      return compile(tree.term, context, !negated);
    case 'or': {
      const terms = tree.terms.map((term) => compile(term, context, negated));
      return negated ? everyOf(terms) : anyOf(terms);
    }
    case 'and': {
      const terms = compileTerms(termsOf(tree), context, negated);
      return negated ? anyOf(terms) : everyOf(terms);
    }
    default:
      return everyOf(compileTerms([tree], context, negated));
  }
}

function compileTerms(terms: FilterTree[], context: FilterContext, negated: boolean): Prisma.Sql[] {
  const byKey = new Map<string, AttributeLeaf[]>();
  for (const leaf of terms.filter(isAttributeLeaf)) {
    byKey.set(leaf.subject.attribute, [...(byKey.get(leaf.subject.attribute) ?? []), leaf]);
  }
  const attributes = [...byKey].map(([key, leaves]) => negate(hasAttribute(key, leaves), negated));
  const others = terms.filter((term) => !isAttributeLeaf(term)).map((term) => compileTerm(term, context, negated));
  return [...attributes, ...others];
}

function compileTerm(term: FilterTree, context: FilterContext, negated: boolean): Prisma.Sql {
  if (term.kind === 'and' || term.kind === 'or' || term.kind === 'not') return compile(term, context, negated);
  return negate(compileLeaf(term, context), negated);
}

function compileLeaf(leaf: FilterLeaf, context: FilterContext): Prisma.Sql {
  const { subject } = leaf;
  return 'field' in subject ? fieldCondition(leaf, subject.field, context) : lacksAttribute(subject.attribute);
}

function negate(condition: Prisma.Sql, negated: boolean): Prisma.Sql {
  return negated ? Prisma.sql`(${condition}) IS NOT TRUE` : condition;
}
