import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OWN_LABELS } from '../../../src/plan/label-rules.ts';
import { ERROR_CLASSES } from '../../../src/shared/outcome.ts';
import { labelsOf } from '../../docs/families.ts';
import { exposeAllFamilies } from './exposed-families.ts';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly meaning: string;
}

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

function readTable(): Row[] {
  const table = /<!-- generated: families -->(.*?)<!-- \/generated -->/s.exec(page)?.[1] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [name = '', type = '', labels = '', meaning = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { name: name.replaceAll('`', ''), type, labels: labels.split(', '), meaning };
    });
}

it('documents every family that is exposed, with its type and labels, and none that is not', async () => {
  const rows = readTable();
  const families = await exposeAllFamilies();
  const prefixes = rows.filter(({ name }) => name.endsWith('*')).map(({ name }) => name.slice(0, -1));
  expect(prefixes).toEqual(['process_', 'nodejs_']);
  const ours = families.filter(({ name }) => !prefixes.some((prefix) => name.startsWith(prefix)));
  const documented = rows
    .filter(({ name }) => !name.endsWith('*'))
    .map(({ name, type, labels }) => ({ name, type, labels }));
  expect(documented).toEqual(
    ours.map((family) => ({ name: family.name, type: family.type, labels: labelsOf(family) })),
  );
  for (const prefix of prefixes) {
    expect(families.filter(({ name }) => name.startsWith(prefix)).length).toBeGreaterThan(5);
  }
});

it('describes each family, and names every error class', () => {
  for (const { name, meaning } of readTable()) expect(meaning.length, name).toBeGreaterThan(10);
  const classes = readTable().find(({ name }) => name === 'requests_error_class_total')?.meaning ?? '';
  expect([...classes.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...ERROR_CLASSES]);
});

it('queries only exposed metrics', async () => {
  const exposed = (await exposeAllFamilies()).flatMap(({ name, samples }) =>
    samples.map(({ suffix }) => name + suffix),
  );
  const code = [...page.matchAll(/^ {4}(.*)$/gm)].map(([, line]) => line).join('\n');
  const queried = [...code.matchAll(/\b(?:requests|jobs?|loadbot|nodejs|process|go)_\w+/g)].map(([name]) => name);
  expect(queried.length).toBeGreaterThan(10);
  const families = new Set([...exposed, ...exposed.map((name) => name.replace(/_(bucket|sum|count)$/, ''))]);
  expect([...new Set(queried)].filter((name) => !families.has(name) && !OWN_LABELS.includes(name))).toEqual([]);
});
