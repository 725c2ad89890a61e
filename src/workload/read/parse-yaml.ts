import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  Lexer,
} from 'yaml';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { messageOf } from '../../shared/errors.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { duplicateKey, lookUpByName, positionsOf, type SourceDocument, unreadable } from './source-document.ts';
import { TOO_DEEP } from './value-bounds.ts';

/** Parses YAML 1.2; anchors, aliases and merge keys (`<<`) are allowed. */
export function parseYaml(text: string): SourceDocument {
  rejectDeepYaml(text);
  // Duplicates are reported below, with the same message as in JSON; pretty errors would quote secrets of the file.
  const document = parseDocument(text, { merge: true, uniqueKeys: false, prettyErrors: false, stringKeys: true });
  const positionOf = positionsOf(text);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const hint = HINTS[error.code];
    return unreadable({ at: positionOf(error.pos[0]), message: reasonOf(error), ...(hint !== undefined && { hint }) });
  }
  const pairOf = lookUpByName((map: YAMLMap) => map.items.map((pair) => [keyName(pair), pair]));
  const locate: SourceDocument['locate'] = (path, part) => positionOf(findOffset(document, path, part, pairOf));
  try {
    return { value: document.toJS(), fault: undefined, findings: findFaults(document), locate };
  } catch (thrown) {
    // An alias without an anchor, or a circular one.
    const hint = 'text that begins with * needs quotes';
    return unreadable({ at: positionOf(0), message: reasonOf(thrown), hint });
  }
}

/** The parser's message without the quoted part of the file at its end, which may be secret. */
function reasonOf(thrown: unknown): string {
  return `not valid YAML: ${messageOf(thrown).replace(/: .*$/s, '')}`;
}

const HINTS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'text that ends with a colon, such as "embedded:", needs quotes',
  TAG_RESOLVE_FAILED: 'text that begins with ! needs quotes',
  TAB_AS_INDENT: 'indent with blanks',
};

/** Finds duplicate keys, and numbers that JSON cannot represent. */
function findFaults(document: Document): PathDiagnostic[] {
  const findings: PathDiagnostic[] = [];
  visit(document, {
    Map: (_, map, ancestors) => {
      const seen = new Set<string>();
      for (const name of map.items.map((pair) => keyName(pair))) {
        if (seen.has(name) && name !== '<<') findings.push(duplicateKey([...pathOf([...ancestors, map]), name]));
        seen.add(name);
      }
    },
    Scalar: (key, scalar, ancestors) => {
      if (key === 'key' || typeof scalar.value !== 'number' || Number.isFinite(scalar.value)) return;
      findings.push({ path: pathOf([...ancestors, scalar]), message: 'must be a finite number' });
    },
  });
  return findings;
}

/** Path of the innermost of nested nodes. */
function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [keyName(node)];
    const parent = nodes[index - 1];
    return isSeq(parent) ? [parent.items.indexOf(node)] : [];
  });
}

function findOffset(
  document: Document,
  path: Path,
  part: 'key' | 'value',
  pairOf: (map: YAMLMap, name: string) => Pair | undefined,
): number {
  let offset = offsetOf(document.contents);
  let keyOffset = offset;
  let node: unknown = document.contents;
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node) && typeof segment === 'number') {
      node = node.items[segment];
      if (node === undefined) return offset;
      offset = keyOffset = offsetOf(node, offset);
    } else {
      const pair = isMap(node) ? pairOf(node, String(segment)) : undefined;
      // A field from a merge key is not in this map: use the nearest enclosing node.
      if (pair === undefined) return offset;
      keyOffset = offsetOf(pair.key, offset);
      offset = offsetOf(pair.value, keyOffset);
      node = pair.value;
    }
  }
  return part === 'key' ? keyOffset : offset;
}

function keyName({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

function offsetOf(node: unknown, otherwise = 0): number {
  return (node as Partial<Node> | null | undefined)?.range?.[0] ?? otherwise;
}

/** Token before the content of a plain or block scalar. */
const SCALAR = '\u001f';
/** Maximum column of a nested block; each level takes at least one column, except for a list in a field. */
const MAX_COLUMN = 1000;
const OPENING: ReadonlySet<string> = new Set(['[', '{']);
const CLOSING: ReadonlySet<string> = new Set([']', '}']);
/** Indicators of nested blocks, which may follow each other in one line. */
const INDICATORS: ReadonlySet<string> = new Set(['-', '?', ':']);
const BLANKS = /^ +$/;
/** Token at the start of a document. */
const DOCUMENT = '\u0002';
/** Tokens that may stand between indicators: blanks, tags, anchors. */
const BETWEEN = /^(?:[ \t]+|[!&].*)$/;

/**
 * Rejects deeply nested YAML before it is parsed, since the parser recurses: a regular expression that V8 compiles near the
 * end of the stack ends the process.
 * @throws {BoundsExceeded} for more levels of brackets than a workload may have, or blocks beyond column 1000
 */
export function rejectDeepYaml(text: string): void {
  let levels = 0;
  let column = 0;
  let isAtStart = true;
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    if (isContent) {
      isContent = false;
      isAtStart = token.endsWith('\n');
      column = 0;
    } else if (token === SCALAR) isContent = true;
    else if (token === '\n' || token === '\r\n') [column, isAtStart] = [0, true];
    else if (OPENING.has(token)) {
      if (++levels > WORKLOAD_LIMITS.levels) throw TOO_DEEP;
    } else if (CLOSING.has(token)) levels = Math.max(0, levels - 1);
    else if (INDICATORS.has(token) || (isAtStart && BLANKS.test(token))) {
      column += token.length;
      if (column > MAX_COLUMN) throw TOO_DEEP;
    } else if (token !== DOCUMENT && !BETWEEN.test(token)) [column, isAtStart] = [0, false];
  }
}
