import { traitsOf, type FieldKind } from './filter-fields.ts';
import { FilterError } from './filter-error.ts';
import type { FilterOperator, FilterSubject, FilterTree, FilterValue } from './filter-tree.ts';
import { readAttributeValue, readFieldValue } from './read-value.ts';
import type { Token } from './read-tokens.ts';
import { MOST_WORDS, splitWords } from './split-words.ts';
import { nameToken, TokenReader } from './token-reader.ts';

/** The most comparisons of a filter, and the most brackets and `not`s in one another. */
export const FILTER_MAX_TERMS = 50;

const RESERVED = new Set(['and', 'or', 'not', 'in', 'is']);

const ORDERING = new Set(['<', '<=', '>', '>=']);

/** What can be asked of fields of a kind besides `is empty`. */
const OPERATORS: Record<FieldKind, readonly string[]> = {
  text: ['=', '!=', '~', 'in'],
  state: ['=', '!=', 'in'],
  number: ['=', '!=', '<', '<=', '>', '>=', 'in'],
  size: ['=', '!=', '<', '<=', '>', '>=', 'in'],
  boolean: ['=', '!='],
  time: ['=', '!=', '<', '<=', '>', '>='],
  search: ['~'],
};

/**
 * Reads a filter such as `state = failed and (attr.depth > 10 or updated < -7d)`; undefined for one without any word.
 * Throws FilterError.
 */
export function parseFilter(text: string): FilterTree | undefined {
  return new FilterParser(text).parse();
}

class FilterParser {
  private readonly reader: TokenReader;
  private terms = 0;
  private depth = 0;

  constructor(text: string) {
    this.reader = new TokenReader(text);
  }

  parse(): FilterTree | undefined {
    if (this.reader.peek().kind === 'end') return undefined;
    const tree = this.parseOr();
    if (this.reader.peek().kind !== 'end') {
      throw new FilterError(
        this.reader.peek().at,
        `${nameToken(this.reader.peek())} is not expected here; is “and” or “or” missing?`,
      );
    }
    return tree;
  }

  private parseOr(): FilterTree {
    return this.parseSeries('or', () => this.parseAnd());
  }

  private parseAnd(): FilterTree {
    return this.parseSeries('and', () => this.parseTerm());
  }

  private parseSeries(kind: 'and' | 'or', parseTerm: () => FilterTree): FilterTree {
    const first = parseTerm();
    const others: FilterTree[] = [];
    while (this.reader.takeWord(kind)) others.push(parseTerm());
    return others.length === 0 ? first : { kind, terms: [first, ...others] };
  }

  private parseTerm(): FilterTree {
    const { at } = this.reader.peek();
    if (this.reader.takeWord('not')) return { kind: 'not', term: this.within(at, () => this.parseTerm()) };
    if (!this.reader.takeMark('(')) return this.parseComparison();
    const tree = this.within(at, () => this.parseOr());
    this.expectMark(')', 'the bracket is never closed');
    return tree;
  }

  /** Bounds how deep terms lie in one another, and so the stack. */
  private within(at: number, parse: () => FilterTree): FilterTree {
    this.depth += 1;
    if (this.depth > FILTER_MAX_TERMS) throw new FilterError(at, `it is more than ${FILTER_MAX_TERMS} levels deep`);
    const tree = parse();
    this.depth -= 1;
    return tree;
  }

  private parseComparison(): FilterTree {
    const { at } = this.reader.peek();
    this.terms += 1;
    if (this.terms > FILTER_MAX_TERMS) throw new FilterError(at, `it has more than ${FILTER_MAX_TERMS} comparisons`);
    const subject = this.reader.takeSubject();
    if (this.reader.takeWord('is')) return this.parseEmpty(subject);
    if (this.reader.takeWord('not')) return { kind: 'not', term: this.parseIn(subject) };
    if (this.reader.peek().kind === 'word') return this.parseIn(subject);
    return this.parseOperator(subject);
  }

  private parseEmpty(subject: FilterSubject): FilterTree {
    const negated = this.reader.takeWord('not');
    const { at } = this.reader.peek();
    if (!this.reader.takeWord('empty')) throw new FilterError(at, 'after “is” comes empty or not empty');
    if ('field' in subject && traitsOf(subject.field).optional !== true) {
      throw new FilterError(at, `${subject.field} is never empty`);
    }
    const leaf = { kind: 'empty', subject } as const;
    return negated ? { kind: 'not', term: leaf } : leaf;
  }

  private parseIn(subject: FilterSubject): FilterTree {
    const { at, text } = this.reader.peek();
    if (!this.reader.takeWord('in')) {
      throw new FilterError(at, `“${text}” stands where =, !=, <, <=, >, >=, ~, in or is is expected`);
    }
    requireOperator(subject, 'in', at);
    this.expectMark('(', 'after “in” comes a list in brackets: in (failed, cancelled)');
    const values = [this.parseValue(subject)];
    while (this.reader.takeMark(',')) values.push(this.parseValue(subject));
    this.expectMark(')', 'the list’s bracket is never closed; is a comma missing?');
    return { kind: 'in', subject, values };
  }

  private parseOperator(subject: FilterSubject): FilterTree {
    const { kind, text, at } = this.reader.take();
    if (kind !== 'operator') {
      throw new FilterError(at, `after the field comes =, !=, <, <=, >, >=, ~, in (…) or is empty`);
    }
    requireOperator(subject, text, at);
    const token = this.reader.peek();
    const value = text === '~' ? this.parseText(subject) : this.parseValue(subject);
    if (ORDERING.has(text) && value.type === 'text' && token.kind === 'word' && /^[+-]?\d/.test(token.text)) {
      throw new FilterError(token.at, `“${token.text}” is neither number nor time; put it in quotes if it is a text`);
    }
    if (text === '!=') return { kind: 'not', term: { kind: 'compare', subject, operator: '=', value } };
    return { kind: 'compare', subject, operator: text as FilterOperator, value };
  }

  private parseValue(subject: FilterSubject): FilterValue {
    const token = this.takeValue();
    return 'field' in subject ? readFieldValue(token, traitsOf(subject.field).kind) : readAttributeValue(token);
  }

  private parseText(subject: FilterSubject): FilterValue {
    const { text, at } = this.takeValue();
    const words = 'field' in subject && subject.field === 'text' ? splitWords(text).length : 1;
    if (text.trim() === '' || words === 0) throw new FilterError(at, 'there is nothing to look for');
    if (words > MOST_WORDS) throw new FilterError(at, `there are more than ${MOST_WORDS} words to look for`);
    return { type: 'text', text };
  }

  private takeValue(): Token {
    const token = this.reader.take();
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      throw new FilterError(token.at, `${nameToken(token)} stands where a value is expected`);
    }
    if (token.kind === 'word' && RESERVED.has(token.text.toLowerCase())) {
      throw new FilterError(
        token.at,
        `“${token.text}” stands where a value is expected; put it in quotes if it is one`,
      );
    }
    return token;
  }

  private expectMark(mark: '(' | ')', reason: string): void {
    const { at } = this.reader.peek();
    if (!this.reader.takeMark(mark)) throw new FilterError(at, reason);
  }
}

function requireOperator(subject: FilterSubject, operator: string, at: number): void {
  if (!('field' in subject)) return;
  const known = OPERATORS[traitsOf(subject.field).kind];
  if (known.includes(operator)) return;
  throw new FilterError(at, `${subject.field} can’t be compared by ${operator}, only by ${known.join(', ')}`);
}
