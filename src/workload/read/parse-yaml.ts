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
} from 'yaml';
import { messageOf } from '../../shared/errors.ts';
import type { PathDiagnostic } from '../path-diagnostic.ts';
import type { Path } from '../path.ts';
import { rejectDeepYaml } from './deep-yaml.ts';
import { duplicateKey } from './duplicate-key.ts';
import { lookUpByName } from './lookup-by-name.ts';
import { positionsOf, type SourceDocument, unreadable } from './source-document.ts';

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
