import type { Labels } from '../../metrics/family.ts';

const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,?)/sy;
const END = /[ \t]*$/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Parses the text between the braces; `undefined` when it is malformed or has a duplicate label. Called once per
 * series, so speed does not matter.
 */
export function parseLabels(text: string): Labels | undefined {
  const labels = new Map<string, string>();
  let at = 0;
  let more = true;
  while (!isEnd(text, at)) {
    LABEL.lastIndex = at;
    const found: RegExpExecArray | null = more ? LABEL.exec(text) : null;
    if (found === null) return undefined;
    const [whole, name = '', value = '', comma = '']: readonly string[] = found;
    if (labels.has(name)) return undefined;
    labels.set(name, value.includes('\\') ? unescape(value) : value);
    at += whole.length;
    more = comma === ',';
  }
  return Object.fromEntries(labels);
}

function isEnd(text: string, at: number): boolean {
  END.lastIndex = at;
  return END.test(text);
}

/** An unknown escape sequence stays unchanged. */
function unescape(value: string): string {
  return value.replaceAll(/\\(.)/gs, (escape, character: string) => ESCAPES[character] ?? escape);
}
