import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workloadJsonSchema } from '../../../src/workload/json-schema.ts';
import { loadWorkload } from '../../../src/workload/load.ts';
import { problemsOf } from './loading.ts';
import { referenceTables } from './reference-tables.ts';

const docs = readFileSync(new URL('../../../docs/workload.md', import.meta.url), 'utf8');

describe('docs/workload.md', () => {
  test('has no other table of fields', () => {
    const defined = new Set(Object.values(referenceTables(workloadJsonSchema())));
    const tables = [...docs.matchAll(/^\| field \|[^\n]+(?:\n\|[^\n]+)+/gm)].map(([table]) => table);
    expect(tables).toHaveLength(defined.size);
    expect(tables.filter((table) => !defined.has(table))).toEqual([]);
  });

  test('links only to existing headings', () => {
    const headings = new Set(
      [...docs.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-')),
    );
    const links = [...docs.matchAll(/\]\(#([\w-]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !headings.has(link))).toEqual([]);
  });

  const examples = [...docs.matchAll(/^```(jsonc|yaml)\n([\s\S]+?)^```$/gm)].map(([, format = '', text = '']) => ({
    format,
    text,
  }));

  test('has examples in both formats', () => {
    expect(examples.filter(({ format }) => format === 'jsonc').length).toBeGreaterThanOrEqual(3);
    expect(examples.filter(({ format }) => format === 'yaml').length).toBeGreaterThanOrEqual(2);
  });

  // An example that begins with its name is a file, which others may include.
  const named = new Map(
    examples.flatMap(({ text }) => [...text.matchAll(/^\/\/ (\S+)\n/g)].map(([, name]) => [name, text])),
  );
  const workloads = examples.filter(({ text }) => !/^\/\/ (?!load\.)\S+\n/.test(text));

  test('shows an include that loads and plans', async () => {
    const readFile = async (path: string): Promise<string> => named.get(path) ?? '';
    const io = { env: {}, readFile, readStdin: () => readFile('') };
    const { file, files } = await loadWorkload('load.jsonc', io, { environment: 'staging' });
    expect(files).toEqual(['load.jsonc', 'common/target.jsonc']);
    expect(file).toMatchObject({
      connection_string: { target: { url: 'https://staging.example.com' } },
      jobs: [{ pace: 20 }],
    });
  });

  test.each(workloads.filter(({ text }) => !text.startsWith('// load.')))(
    'example %# ($format) is valid',
    async ({ format, text }) => {
      expect(await problemsOf(text, { source: `example.${format}`, env: { API_TOKEN: 'token' } })).toEqual([]);
    },
  );
});
