import { expect, test } from 'vitest';
import { renderOverview } from '../../../../src/reports/terminal/summary-overview.ts';
import { buildJob } from '../../../snapshot-builder.ts';

const screen = { style: (_: string, text: string) => text } as unknown as Parameters<typeof renderOverview>[1];

test('shows a row for each type of a mixed job, but not for other jobs of one name', () => {
  const part = { name: 'browse', uuid: 'u' };
  const jobs = [buildJob({ ...part, type: 'read' }), buildJob({ ...part, type: 'update' }), buildJob({ name: 'fill' })];
  const rows = renderOverview(jobs, screen).map((line) => line.slice(0, 22).trim());
  expect(rows).toEqual(['all jobs', 'browse · read', 'browse · update', 'fill', 'total']);
});
