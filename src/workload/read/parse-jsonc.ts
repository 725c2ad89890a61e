import { type Node, type ParseError, parseTree, printParseErrorCode, createScanner } from 'jsonc-parser';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import {
  duplicateKey,
  lookUpByName,
  positionsOf,
  type SourceDocument,
  type SyntaxFault,
  unreadable,
} from './source-document.ts';
import { TOO_DEEP, TOO_MANY } from './value-bounds.ts';

/** Parses JSON with comments and trailing commas. */
export function parseJsonc(text: string): SourceDocument {
  rejectOversizedJson(text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const positionOf = positionsOf(text);
  // Only the first error; the others are mostly its consequences.
  const [error] = errors;
  if (error !== undefined || root === undefined) {
    const offset = error?.offset ?? 0;
    const isEmpty = root === undefined && offset >= text.length;
    const fault = isEmpty ? { message: 'the file contains only comments' } : syntaxFault(text, error);
    return unreadable({ at: positionOf(offset), ...fault });
  }
  const findings: PathDiagnostic[] = [];
  const value = toValue(root, [], findings);
  const propertyOf = lookUpByName((object: Node) =>
    properties(object).map((property) => [String(property[0].value), property]),
  );
  const locate: SourceDocument['locate'] = (path, part) => positionOf(findNode(root, path, part, propertyOf).offset);
  return { value, fault: undefined, findings, locate };
}

/** Converts a node to its value; adds duplicate keys to `findings`. */
function toValue(node: Node, path: Path, findings: PathDiagnostic[]): unknown {
  if (node.type === 'array') {
    return (node.children ?? []).map((child, index) => toValue(child, [...path, index], findings));
  }
  if (node.type !== 'object') return node.value;
  const entries = new Map<string, unknown>();
  for (const [key, value] of properties(node)) {
    const name = String(key.value);
    const here = [...path, name];
    if (entries.has(name)) findings.push(duplicateKey(here));
    entries.set(name, value === undefined ? null : toValue(value, here, findings));
  }
  // fromEntries defines properties, so `__proto__` is an ordinary key.
  return Object.fromEntries(entries);
}

type Property = readonly [key: Node, value: Node | undefined];

function properties(object: Node): Property[] {
  return (object.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key === undefined ? [] : [[key, value] as const];
  });
}

function findNode(
  root: Node,
  path: Path,
  part: 'key' | 'value',
  propertyOf: (object: Node, name: string) => Property | undefined,
): Node {
  let node = root;
  let keyNode = root;
  for (const segment of path) {
    let key: Node | undefined;
    let next: Node | undefined;
    if (typeof segment === 'number') key = next = node.type === 'array' ? node.children?.[segment] : undefined;
    else [key, next] = propertyOf(node, segment) ?? [];
    if (next === undefined) return node;
    node = next;
    keyNode = key ?? next;
  }
  return part === 'key' ? keyNode : node;
}

const MEANINGS: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing before this',
  PropertyNameExpected: 'a key in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  CloseBraceExpected: 'a } is missing: an object is not closed',
  CloseBracketExpected: 'a ] is missing: a list is not closed',
  EndOfFileExpected: 'there is text after the end of the workload',
  UnexpectedEndOfComment: 'a comment is not closed',
  UnexpectedEndOfString: 'a text is not closed with a double quote on its line',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidNumberFormat: 'this is not a JSON number',
  InvalidEscapeCharacter: 'this is not a JSON escape; write a backslash as \\\\',
  InvalidUnicode: 'a \\u escape needs four hexadecimal digits',
  InvalidCharacter: 'a text contains a control character; write it as an escape such as \\n or \\t',
};

function syntaxFault(text: string, error: ParseError | undefined): Omit<SyntaxFault, 'at'> {
  const found = error === undefined ? undefined : text[error.offset];
  if (found === "'") return { message: 'a text is in single quotes', hint: 'write it in double quotes' };
  const message = (error && MEANINGS[printParseErrorCode(error.error)]) ?? 'this is not JSON';
  const isBare = found !== undefined && /[A-Za-z_]/.test(found);
  return { message, ...(isBare && { hint: 'keys and texts are written in double quotes' }) };
}

// `SyntaxKind` of jsonc-parser, a const enum.
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA, END] = [1, 2, 3, 4, 5, 17];

/**
 * Rejects JSON with too many values or levels before it is parsed: the tree takes 100 times the memory of the text, and the
 * parser recurses. A regular expression that V8 compiles near the end of the stack ends the process.
 * @throws {BoundsExceeded} for more levels or commas than a workload may have values
 */
function rejectOversizedJson(text: string): void {
  if (text.length < WORKLOAD_LIMITS.levels) return;
  const scanner = createScanner(text, true);
  const next = (): number => scanner.scan();
  /** The closing token of each open object or list. */
  const open: number[] = [];
  let commas = 0;
  for (let token = next(); token !== END; token = next()) {
    if (token === COMMA && ++commas > WORKLOAD_LIMITS.values) throw TOO_MANY;
    if (token === OPEN_OBJECT || token === OPEN_LIST) {
      if (open.push(token === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST) > WORKLOAD_LIMITS.levels) throw TOO_DEEP;
    } else if (token === open.at(-1)) open.pop();
  }
}
