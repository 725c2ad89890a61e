import { expect, test } from 'vitest';
import { outcomeOf, linkList } from '../../../../src/reports/html/header.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { buildResult } from '../../../snapshot-builder.ts';
import { buildVerdict } from '../../../verdict-builder.ts';
import { DOCUMENT } from '../result.ts';

const HELD = buildVerdict();
const BROKEN = buildVerdict({ ok: false });

test.each([
  ['completed', [], 'plain', 'Completed', 'no thresholds were set'],
  ['completed', [HELD], 'good', 'Passed', 'its threshold held'],
  ['completed', [HELD, HELD], 'good', 'Passed', 'all 2 thresholds held'],
  ['completed', [HELD, BROKEN], 'bad', 'Failed', '1 of 2 thresholds failed'],
  ['stopped', [HELD], 'caution', 'Stopped early', 'after 42.3s'],
  ['stopped', [BROKEN], 'bad', 'Failed', '1 of 1 threshold failed'],
  ['aborted', [BROKEN], 'bad', 'Aborted', 'because'],
  ['failed', [HELD], 'bad', 'Run failed', 'because'],
] as const)('a run that is %s with %o is %s', (end, thresholds, tone, title, detail) => {
  const document = toResultDocument(buildResult([], { end, thresholds, reason: 'because' }));
  expect(outcomeOf(document)).toEqual({ tone, title, detail });
});

function shown(...urls: readonly string[]): string | undefined {
  return linkList({ ...DOCUMENT, links: urls.map((url) => ({ title: 'Grafana "dashboard"', url })) })?.text;
}

test('shows a link to a web page in full', () => {
  expect(shown('https://g/d/x?from=1&to=2')).toContain(
    '<a href="https://g/d/x?from=1&amp;to=2" rel="noreferrer">Grafana &quot;dashboard&quot;</a>',
  );
});

test('does not link other values of a result file', () => {
  expect(shown()).toBeUndefined();
  expect(shown('javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd')).toBeUndefined();
});
