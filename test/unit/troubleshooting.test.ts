import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CLASSES } from '../../src/shared/outcome.ts';
import { readSourceText } from '../language/source-text.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/troubleshooting.md', ROOT), 'utf8');

/** Fixed parts of all strings in src. */
const strings: readonly string[] = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => readSourceText(readFileSync(new URL(`src/${name}`, ROOT), 'utf8')).strings);

/** First cells of the tables below a heading `message`. */
const messages: readonly string[] = [...page.matchAll(/^\| message \|.*\n\|.*\n((?:\|.*\n)+)/gm)].flatMap(
  ([, rows = '']) => [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message),
);

/** Text between the placeholders `...` of a quoted message, without punctuation around it. */
function fixedPartsOf(message: string): readonly string[] {
  return message
    .split('...')
    .map((part) => part.replace(/^[\s:;,()]+|[\s:;,()]+$/g, ''))
    .filter((part) => /[a-z]{2}/.test(part));
}

function isInSource(part: string): boolean {
  return strings.some((text) => text.includes(part));
}

test('quotes at least 25 messages', () => {
  expect(messages.length).toBeGreaterThanOrEqual(25);
  expect(new Set(messages).size).toBe(messages.length);
});

test.each(messages)('quotes a message of the source: %s', (message) => {
  const parts = fixedPartsOf(message);
  expect(Math.max(...parts.map(({ length }) => length))).toBeGreaterThanOrEqual(12);
  expect(parts.filter((part) => !isInSource(part))).toEqual([]);
});

test('finds a message that does not exist', () => {
  expect(fixedPartsOf('no agent ... at ...')).toEqual(['no agent', 'at']);
  expect(isInSource('no agent is missing from this sentence')).toBe(false);
});

test('explains every error class', () => {
  const table = /^## Error classes$([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
  const named = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(new Set(named)).toEqual(new Set(ERROR_CLASSES));
});
