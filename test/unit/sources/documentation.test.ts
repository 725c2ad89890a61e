import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { ATTEMPT_STATUSES } from '../../../src/shared/network/failure-reason.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { parseCondition } from '../../../src/conditions/parse.ts';
import { selectorsOf } from '../../../src/conditions/selectors.ts';
import { PROFILES } from '../../../src/sources/profiles/registry.ts';
import { sourceFamilies } from '../../../src/sources/source-families.ts';
import { SeriesLabels } from '../../../src/metrics/series-labels.ts';
import { SourceRecord } from '../../../src/sources/source-record.ts';
import { problemsOf } from '../workload/loading.ts';

const page = readFileSync(new URL('../../../docs/sources.md', import.meta.url), 'utf8');

/** Rows of the table between two marks. */
function tableOf(mark: string): string[][] {
  const text = new RegExp(`<!-- ${mark} -->(.*?)<!-- /${mark} -->`, 's').exec(page)?.[1] ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('docs/sources.md', () => {
  it('has every family about sources, with type and labels', () => {
    const families = sourceFamilies([
      { series: new SeriesLabels({ source: 'db' }), record: new SourceRecord(systemClock()) },
    ]);
    expect(tableOf('families').map(([name, type, labels]) => [name, type, labels])).toEqual(
      families.map(({ name, type, samples }) => [
        `\`${name}\``,
        type,
        [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))].join(', '),
      ]),
    );
    const [status = []] = tableOf('families');
    expect([...(status[3] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...ATTEMPT_STATUSES]);
  });

  it('has every profile with its phases', () => {
    expect(tableOf('profiles')).toEqual(
      Object.values(PROFILES).map(({ name, system, phases }) => [
        `\`${name}\``,
        system,
        phases.map((phase) => `\`${phase.name}\``).join(' '),
      ]),
    );
  });

  it('has an example that is valid', async () => {
    const [, text = ''] = /```jsonc\n(.*?)```/s.exec(page) ?? [];
    expect(await problemsOf(text)).toEqual([]);
  });

  const [, block = ''] = /```\n(moco_agent.*?)```/s.exec(page) ?? [];
  test.each(block.trim().split('\n'))('has a condition on what a profile knows: %s', (text) => {
    const parsed = parseCondition(text);
    if ('fault' in parsed) throw new Error(parsed.fault.message);
    const known = Object.values(PROFILES).flatMap(({ families }) => families.map(({ name }) => name));
    for (const { name } of selectorsOf(parsed.condition)) expect(known).toContain(name);
  });
});
