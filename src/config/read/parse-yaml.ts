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
} from 'yaml';
import { messageOf } from '../../core/errors.ts';
import type { Path } from '../path.ts';
import { duplicateKey } from './duplicate-key.ts';
import { positionsOf, type SourceDocument, type TextFault } from './source-document.ts';

/** Parses YAML 1.2; anchors, aliases and merge keys (`<<`) are allowed. */
export function parseYaml(text: string): SourceDocument {
  // Duplicates are found below, with the same words as in JSON; pretty errors would quote the file, secrets and all.
  const document = parseDocument(text, { merge: true, uniqueKeys: false, prettyErrors: false, stringKeys: true });
  const positionOf = positionsOf(text);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const hint = HINTS[error.code];
    const message = `not valid YAML: ${error.message}`;
    const fault = { at: positionOf(error.pos[0]), message, ...(hint !== undefined && { hint }) };
    return { value: undefined, faults: [fault], locate: () => positionOf(0) };
  }
  const locate: SourceDocument['locate'] = (path, part) => positionOf(findOffset(document, path, part));
  try {
    return { value: document.toJS(), faults: valueFaults(document, positionOf), locate };
  } catch (error) {
    // An alias without its anchor, or one that expands without end.
    const fault = { at: positionOf(0), message: `not valid YAML: ${messageOf(error)}` };
    return { value: undefined, faults: [fault], locate };
  }
}

const HINTS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'text that ends with a colon, such as "embedded:", needs quotes',
  TAB_AS_INDENT: 'indent with blanks',
};

/** Duplicate keys, and numbers that JSON cannot say. */
function valueFaults(document: Document, positionOf: (offset: number) => TextFault['at']): TextFault[] {
  const faults: TextFault[] = [];
  visit(document, {
    Map: (_, map, ancestors) => {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const name = keyName(pair);
        if (seen.has(name) && name !== '<<') {
          faults.push(duplicateKey([...pathOf([...ancestors, map]), name], positionOf(offsetOf(pair.key))));
        }
        seen.add(name);
      }
    },
    Scalar: (key, scalar, ancestors) => {
      if (key === 'key' || typeof scalar.value !== 'number' || Number.isFinite(scalar.value)) return;
      const path = pathOf([...ancestors, scalar]);
      faults.push({ path, at: positionOf(offsetOf(scalar)), message: 'must be a finite number' });
    },
  });
  return faults;
}

/** The path to the last of nested nodes. */
function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [keyName(node)];
    const parent = nodes[index - 1];
    return isSeq(parent) ? [parent.items.indexOf(node)] : [];
  });
}

function findOffset(document: Document, path: Path, part: 'key' | 'value'): number {
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
      const pair = isMap(node) ? node.items.findLast((item) => keyName(item) === String(segment)) : undefined;
      // A field that came in by a merge is not here: the nearest node around it has to do.
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
