import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { ATTEMPT_STATUSES } from '../../../src/shared/network/failure-reason.ts';
import { parseCondition } from '../../../src/conditions/parse.ts';
import { selectorsOf } from '../../../src/conditions/selectors.ts';
import { PROFILES } from '../../../src/sources/profiles/registry.ts';
import { parseTable } from '../../docs/markdown-table.ts';
import { problemsOf } from '../workload/loading.ts';

const page = readFileSync(new URL('../../../docs/sources.md', import.meta.url), 'utf8');

describe('docs/sources.md', () => {
  it('names each status of an attempt', () => {
    const [, block = ''] = /<!-- generated: source families -->(.*?)<!-- \/generated -->/s.exec(page) ?? [];
    const [, status = []] = parseTable(block);
    expect([...(status[3] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...ATTEMPT_STATUSES]);
  });

  it('has an example that is valid', async () => {
    const [, text = ''] = /```jsonc\n(.*?)```/s.exec(page) ?? [];
    expect(await problemsOf(text)).toEqual([]);
  });

  const [, block = ''] = /```\n(moco_agent.*?)```/s.exec(page) ?? [];
  test.each(block.trim().split('\n'))('has a condition on families of a profile: %s', (text) => {
    const parsed = parseCondition(text);
    if ('fault' in parsed) throw new Error(parsed.fault.message);
    const known = Object.values(PROFILES).flatMap(({ families }) => families.map(({ name }) => name));
    for (const { name } of selectorsOf(parsed.condition)) expect(known).toContain(name);
  });
});
