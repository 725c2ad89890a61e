import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemsOf } from './loading.ts';

const PAGES = ['coming-from-other-tools.md', 'concepts.md', 'tutorial.md'];

const examples = PAGES.flatMap((page) => {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```(jsonc|yaml)\n([\s\S]+?)^```$/gm)].map(([, format = '', example = ''], index) => ({
    page,
    number: index + 1,
    format,
    example,
  }));
});

test('finds the examples of the pages', () => {
  expect(examples.filter(({ page }) => page === 'coming-from-other-tools.md')).toHaveLength(11);
  expect(examples.filter(({ format }) => format === 'yaml')).toHaveLength(2);
});

test.each(examples)('$page: example $number ($format) is a valid workload', async ({ format, example }) => {
  expect(await problemsOf(example, { source: `example.${format}`, env: { API_TOKEN: 'x' } })).toEqual([]);
});

test('rejects a workload with an unknown field', async () => {
  expect(await problemsOf('{ "connection_string": "embedded:", "jobs": [], "vus": 1 }')).not.toEqual([]);
});
