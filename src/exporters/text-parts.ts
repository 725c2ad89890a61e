import { splitMessage, type PushMessage } from './push/protocol.ts';

/**
 * Splits a message of Prometheus text into two of about half its size; empty for a single sample or family.
 * @param unit whether a family may be split; its comments are then in both parts
 */
export function splitText(message: PushMessage, unit: 'sample' | 'family'): readonly PushMessage[] {
  const lines = Buffer.from(message.body).toString().match(/.*\n/g) ?? [];
  const at = nearestToMiddle(lines, unit);
  if (at === undefined) return [];
  const [first, second] = [lines.slice(0, at), lines.slice(at)];
  const heading = isComment(second[0]) ? [] : headingOf(first);
  const bodies = [first.join(''), [...heading, ...second].join('')] as const;
  return splitMessage(message, bodies, first.filter((line) => !isComment(line)).length);
}

/** Joins bodies. Comments appear only once, because a family must not be described twice. */
export function joinTexts(bodies: readonly Uint8Array[]): Uint8Array {
  const [first = '', ...others] = bodies.map((body) => Buffer.from(body).toString());
  return Buffer.from([first, ...others.map((text) => text.replace(/^#.*\n/gm, ''))].join(''));
}

/** Index of the line nearest to the middle at which the second body can begin: after a sample. */
function nearestToMiddle(lines: readonly string[], unit: 'sample' | 'family'): number | undefined {
  const half = lines.reduce((total, { length }) => total + length, 0) / 2;
  let [nearest, nearestBy, passed] = [undefined as number | undefined, Infinity, 0];
  for (const [index, line] of lines.entries()) {
    const mayBegin = index > 0 && !isComment(lines[index - 1]) && (unit === 'sample' || isComment(line));
    const by = Math.abs(passed - half);
    if (mayBegin && by < nearestBy) [nearest, nearestBy] = [index, by];
    passed += line.length;
  }
  return nearest;
}

/** Comments of the family that the lines end in. */
function headingOf(lines: readonly string[]): readonly string[] {
  const end = lines.findLastIndex(isComment) + 1;
  const start = lines.slice(0, end).findLastIndex((line) => !isComment(line)) + 1;
  return lines.slice(start, end);
}

function isComment(line: string | undefined): boolean {
  return line?.startsWith('#') ?? false;
}
