import { FIELD_NAMES, isFilterField } from './filter-fields.ts';
import { FilterError } from './filter-error.ts';
import type { FilterSubject } from './filter-tree.ts';
import { readTokens, type Token } from './read-tokens.ts';
import { suggestWord } from './suggest-word.ts';

const ATTRIBUTE_PREFIX = 'attr.';

/** The longest text that is read, in characters. */
export const FILTER_MAX_LENGTH = 2000;

/** Goes through a text's tokens. All methods throw FilterError. */
export class TokenReader {
  private readonly tokens: Iterator<Token, Token>;
  private next: Token;

  constructor(text: string) {
    if (text.length > FILTER_MAX_LENGTH) {
      throw new FilterError(FILTER_MAX_LENGTH, `it is longer than ${FILTER_MAX_LENGTH} characters`);
    }
    this.tokens = readTokens(text);
    this.next = this.tokens.next().value;
  }

  /** The next token, which stays. */
  peek(): Token {
    return this.next;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.next = this.tokens.next().value;
    return token;
  }

  /** Takes the next token if it is a mark of that kind. */
  takeMark(kind: '(' | ')' | ','): boolean {
    if (this.peek().kind !== kind) return false;
    this.take();
    return true;
  }

  /** Takes the next token if it is that word, bare, in any case. */
  takeWord(word: string): boolean {
    if (this.peek().kind !== 'word' || this.peek().text.toLowerCase() !== word) return false;
    this.take();
    return true;
  }

  /** Takes a field's name or `attr.KEY`, without what `prefix` says stands before it. */
  takeSubject(prefix = ''): FilterSubject {
    const token = this.take();
    if (token.kind !== 'word') throw new FilterError(token.at, `${nameToken(token)} stands where a field is expected`);
    const at = token.at + prefix.length;
    const name = token.text.slice(prefix.length);
    if (name.toLowerCase().startsWith(ATTRIBUTE_PREFIX)) return this.takeAttribute(token, name, at);
    const field = name.toLowerCase();
    if (isFilterField(field)) return { field };
    const advice = suggestWord(name, FIELD_NAMES, `; fields are ${FIELD_NAMES.join(', ')} and attr.KEY`);
    throw new FilterError(at, `there is no field “${name}”${advice}`);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end')
      throw new FilterError(this.peek().at, `${nameToken(this.peek())} is not expected here`);
  }

  private takeAttribute(token: Token, name: string, at: number): FilterSubject {
    const key = name.slice(ATTRIBUTE_PREFIX.length);
    if (key !== '') return { attribute: key };
    const quoted = this.peek();
    if (quoted.kind === 'quoted' && quoted.at === token.end && quoted.text.trim() !== '') {
      this.take();
      return { attribute: quoted.text.trim() };
    }
    throw new FilterError(at, 'the attribute has no key: write attr.depth or attr."key with blanks"');
  }
}

/** A token as messages name it. */
export function nameToken({ kind, text }: Token): string {
  if (kind === 'end') return 'the end';
  return kind === 'quoted' ? `the text “${text}”` : `“${text}”`;
}
