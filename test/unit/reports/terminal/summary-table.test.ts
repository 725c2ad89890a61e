import { expect, test } from 'vitest';
import { failure, OK } from '../../../../src/shared/outcome.ts';
import type { JobSnapshot } from '../../../../src/recorder/snapshot.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { renderTable } from '../../../../src/reports/terminal/summary-table.ts';
import { widthOf } from '../../../../src/reports/terminal/text-width.ts';
import { FakeTerminal, fakePipe } from '../../../fake-terminal.ts';
import { buildJob, buildResult, request } from '../../../snapshot-builder.ts';

function tableOf(jobs: readonly JobSnapshot[], columns = 80, isAll = false): readonly string[] {
  const terminal = new FakeTerminal();
  terminal.columns = columns;
  const screen = columns === Infinity ? fakePipe().screen : terminal.screen();
  return renderTable(toResultDocument(buildResult(jobs)).jobs, screen, isAll);
}

test('shows a row for each type of a mixed job, but not for other jobs of one name', () => {
  const part = { name: 'browse', uuid: 'u' };
  const jobs = [buildJob({ ...part, type: 'read' }), buildJob({ ...part, type: 'update' }), buildJob({ name: 'fill' })];
  const rows = tableOf(jobs).map((line) => line.slice(0, 16).trim());
  expect(rows).toEqual(['all jobs', 'browse · read', 'browse · update', 'fill', 'total']);
});

const LONG = ['carts', 'orders'].map((end) =>
  buildJob({
    name: `checkout: POST /v2/customers/with/a/very/long/path/${end}`,
    record: (recorder) => {
      for (let n = 0; n < 10_000; n++) request(recorder, n % 2 ? OK : failure('timeout'), 1000);
    },
  }),
);

test.each([40, 60, 80, 120, Infinity])(
  'at %d columns every line fits, and names that differ look different',
  (columns) => {
    const lines = tableOf(LONG, columns, true);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(Math.min(columns - 1, 108));
    const [, first = '', second = ''] = lines;
    expect(first).not.toBe(second);
    expect(first).toMatch(
      columns < 120 ? /^check.*….*arts / : /^checkout: POST \/v2\/customers\/with\/a\/very\/long\/path\/carts /,
    );
    expect(first).toMatch(columns < 60 ? / 10,000 +5,000 +1.00s$/ : / 10,000 +5,000 +1,000\/s +1.00s +1.00s/);
  },
);

test('shows the ends of jobs and their error classes in place of the blocks of jobs', () => {
  const jobs = [...LONG, buildJob({ name: 'fill', status: 'canceled' })];
  expect(tableOf(jobs, 80, true).slice(-3)).toEqual([
    expect.stringMatching(/^fill \(stopped early\) +0 +0 /),
    expect.stringMatching(/^total +20,000 +10,000$/),
    'errors: timeout: 10,000',
  ]);
  expect(tableOf(jobs, 80, false).at(-1)).toMatch(/^total/);
});
