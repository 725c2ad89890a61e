import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandRows, type LiveAgent, startAgent } from './coming-from-loadbot/commands.ts';
import { DATA } from './coming-from-loadbot/data.ts';
import { FILES } from './coming-from-loadbot/files.ts';
import { loadRows } from './coming-from-loadbot/load.ts';
import { type Check, rowsOf } from './coming-from-loadbot/row.ts';

const ROOT = new URL('../../', import.meta.url);
const rows = rowsOf(readFileSync(new URL('docs/coming-from-loadbot.md', ROOT), 'utf8'));

describe('docs/coming-from-loadbot.md', () => {
  let agent: LiveAgent | undefined;
  beforeAll(async () => {
    agent = await startAgent();
  });
  afterAll(async () => {
    expect((await agent?.end())?.status).toBe(0);
  });

  const live = (): LiveAgent => {
    if (agent === undefined) throw new Error('the agent has not started');
    return agent;
  };
  const checks: Readonly<Record<string, Check>> = { ...FILES, ...commandRows(live), ...DATA, ...loadRows(live) };

  test('has a row for each check, and a check for each row', () => {
    expect(rows.map(({ loadbot }) => loadbot).toSorted()).toEqual(Object.keys(checks).toSorted());
  });

  test.each(rows)('$loadbot', { timeout: 120_000 }, async (row) => {
    await checks[row.loadbot]?.(row);
  });

  test('is linked from README and docs/workload.md', () => {
    for (const page of ['README.md', 'docs/workload.md']) {
      expect(readFileSync(new URL(page, ROOT), 'utf8')).toContain('coming-from-loadbot.md');
    }
  });
});
