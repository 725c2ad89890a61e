import { OWN_LABELS } from '../../../src/plan/label-rules.ts';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { ERROR_CLASSES } from '../../../src/shared/outcome.ts';
import { pushFamilies } from '../../../src/exporters/push/push-families.ts';
import { PushRecord } from '../../../src/exporters/push/push-record.ts';
import type { Family } from '../../../src/metrics/family.ts';
import { SeriesLabels } from '../../../src/metrics/series-labels.ts';
import { createMetricsRegistry } from '../../../src/metrics/metrics-registry.ts';
import { thresholdFamilies } from '../../../src/thresholds/threshold-families.ts';
import { validityFamilies } from '../../../src/validity/families.ts';
import { noopValidity } from '../../../src/validity/finding.ts';
import { buildWindow } from '../validity/windows.ts';
import { buildJob, buildSnapshot } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';
import { surfaceOptions } from '../../surface-options.ts';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly meaning: string;
}

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

function readTable(): Row[] {
  const table = /<!-- families:.*?-->(.*?)<!-- \/families -->/s.exec(page)?.[1] ?? '';
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

/** A run that has every kind of series, and a push target. */
async function expose(): Promise<readonly Family[]> {
  const surface = createMetricsRegistry(surfaceOptions({ goCompat: true }));
  const sketch = buildJob({ name: 'a', paced: true, recordWarmUp: () => {} });
  const job = {
    ...sketch,
    targetRate: 500,
    expectedStatuses: [],
    phases: [{ name: 'backup', inside: sketch.measured }],
  };
  const target = {
    series: new SeriesLabels({ target: 'http://vm' }),
    record: new PushRecord(systemClock()),
    loop: { undeliveredSamples: 0, pendingSamples: 0 },
  };
  const pushes = pushFamilies([target]);
  const validity = validityFamilies('run-1', noopValidity, buildWindow({ throttled: { time: 0, periods: 0 } }));
  const thresholds = thresholdFamilies([{ verdict: buildVerdict(), decided: true }]);
  return (await surface.collect([buildSnapshot([job])], [...thresholds, ...validity, ...pushes])).families;
}

function labelsOf(family: Family): string[] {
  return [...new Set(family.samples.flatMap(({ labels }) => Object.keys(labels)))];
}

it('documents every family that is exposed, with its type and labels, and none that is not', async () => {
  const rows = readTable();
  const families = await expose();
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

it('says what each family means, and names every error class', () => {
  for (const { name, meaning } of readTable()) expect(meaning.length, name).toBeGreaterThan(10);
  const classes = readTable().find(({ name }) => name === 'requests_error_class_total')?.meaning ?? '';
  expect([...classes.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...ERROR_CLASSES]);
});

it('has in its queries no metric that is not exposed', async () => {
  const exposed = (await expose()).flatMap(({ name, samples }) => samples.map(({ suffix }) => name + suffix));
  const code = [...page.matchAll(/^ {4}(.*)$/gm)].map(([, line]) => line).join('\n');
  const queried = [...code.matchAll(/\b(?:requests|jobs?|loadbot|nodejs|process|go)_\w+/g)].map(([name]) => name);
  expect(queried.length).toBeGreaterThan(10);
  const families = new Set([...exposed, ...exposed.map((name) => name.replace(/_(bucket|sum|count)$/, ''))]);
  expect([...new Set(queried)].filter((name) => !families.has(name) && !OWN_LABELS.includes(name))).toEqual([]);
});
