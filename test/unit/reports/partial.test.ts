import { expect, test } from 'vitest';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { renderHtml } from '../../../src/reports/html/html.ts';
import { renderJunit } from '../../../src/reports/formats/junit.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import { renderSummaryText } from '../../../src/reports/terminal/summary.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';

const PARTIAL = 'partial: the run was interrupted at 2026-01-02T03:04:47.300Z, or still goes on';
const HELD = buildResult([buildJob({ name: 'reads' })], { thresholds: [buildVerdict({ ok: true })] });
const WHOLE = toResultDocument(HELD);
const { verdict: _, exitStatus: __, ...soFar } = HELD;

// Without a verdict the load may have ended: the process was killed before the delivery of the last metrics.
test.each(['in_progress', 'completed'] as const)('a partial result with the end %s is not a pass', (end) => {
  const document = toResultDocument({ ...soFar, end, partial: true });
  expect(renderHtml(document)).toContain(`<strong>Interrupted</strong> <span>${PARTIAL}</span>`);
  expect(renderHtml(document)).not.toContain('<strong>Passed</strong>');
  expect(renderMarkdown(document)).toMatch(/^## ⚠️ /);
  expect(renderMarkdown(document)).toContain(`**${PARTIAL}**`);
  expect(renderSummaryText(document)).toContain(`no verdict: ${PARTIAL}; 1 of 1 threshold held`);
  expect(renderJunit(document)).toContain('tests="4" failures="1"');
  expect(renderJunit(document)).toContain(`<failure type="partial" message="${PARTIAL}"/>`);
});

test('a complete result has no mark', () => {
  const texts = [renderHtml, renderMarkdown, renderSummaryText, renderJunit].map((render) => render(WHOLE));
  for (const text of texts) expect(text).not.toMatch(/interrupted|partial/i);
});
