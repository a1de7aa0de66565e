import { FilterError } from './filter-error.ts';

/** A piece of a filter's text. */
export interface Token {
  kind: 'word' | 'quoted' | 'operator' | '(' | ')' | ',' | 'end';
  /** What it says, for a quoted text without its quotes. */
  text: string;
  /** Where it begins, counted from 0, and where what follows it begins. */
  at: number;
  end: number;
}

const BLANKS = /\s*/y;
const MARK = /[(),]/y;
const OPERATOR = /<=|>=|!=|=|<|>|~/y;
const WORD = /[^\s"'(),=<>!~]+/y;
const QUOTED = /(["'])((?:\\[^]|(?!\1)[^\\])*)\1/y;

/** Cuts a text into its pieces; what comes after them is the `end`. Throws FilterError. */
export function* readTokens(text: string): Generator<Token, Token> {
  const nul = text.indexOf('\0');
  if (nul !== -1) throw new FilterError(nul, 'a NUL character has no place here');
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const token = readToken(text, at);
    yield token;
    at = skipBlanks(text, token.end);
  }
  return { kind: 'end', text: '', at, end: at };
}

function readToken(text: string, at: number): Token {
  const make = (kind: Token['kind'], found: string, said = found): Token => {
    return { kind, text: said, at, end: at + found.length };
  };
  const mark = matchAt(MARK, text, at);
  if (mark) return make(mark[0] as '(' | ')' | ',', mark[0]);
  const operator = matchAt(OPERATOR, text, at);
  if (operator) return make('operator', operator[0]);
  const word = matchAt(WORD, text, at);
  if (word) return make('word', word[0]);
  const [quoted, , said = ''] = matchAt(QUOTED, text, at) ?? [];
  if (quoted !== undefined) return make('quoted', quoted, said.replace(/\\([^])/g, '$1'));
  throw new FilterError(
    at,
    text[at] === '!' ? '“!” alone means nothing: write != or not' : 'this quote is never closed',
  );
}

function skipBlanks(text: string, at: number): number {
  return at + (matchAt(BLANKS, text, at)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
