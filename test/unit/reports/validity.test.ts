import { expect, test } from 'vitest';
import { outcomeOf } from '../../../src/reports/html/header.ts';
import { renderHtml } from '../../../src/reports/html/html.ts';
import { renderJunit } from '../../../src/reports/formats/junit.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { renderSummary } from '../../../src/reports/terminal/summary.ts';
import { warningsOf } from '../../../src/reports/document/warnings.ts';
import type { ValidityFinding } from '../../../src/validity/finding.ts';
import { FakeTerminal } from '../../fake-terminal.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';
import { parseXml } from '../../xml-parser.ts';

const BLOCKED: ValidityFinding = {
  signal: 'blocked',
  severity: 'invalid',
  job: undefined,
  value: 0.2,
  unit: 'share',
  message: 'the event loop of load thread 0 was blocked for 20.00% of a second',
  hint: 'other code runs in this thread or on its CPU',
  firstSeenSeconds: 3.0214,
  worstSeconds: 5,
  spans: [[2.0214, 6.0214]],
  lastedSeconds: 4,
};
const NOTE: ValidityFinding = {
  ...BLOCKED,
  signal: 'behind',
  severity: 'note',
  job: { name: '<reads>', uuid: 'uuid-of-reads' },
  message: 'requests are started late',
};
const RESULT = buildResult([buildJob({ name: '<reads>' })], {
  thresholds: [buildVerdict()],
  validity: { valid: false, findings: [BLOCKED, NOTE], peaks: { blocked: 0.2, eventLoopUtilization: 0.4 } },
});
const DOCUMENT = toResultDocument(RESULT);

test('the result file has the findings and the peaks, null if unknown', () => {
  expect(DOCUMENT.validity).toEqual({
    valid: false,
    findings: [
      {
        signal: 'blocked',
        severity: 'invalid',
        agent: null,
        job: null,
        job_uuid: null,
        first_seen_seconds: 3.021,
        lasted_seconds: 4,
        worst_at_seconds: 5,
        spans_seconds: [[2.021, 6.021]],
        worst: 0.2,
        unit: 'share',
        message: 'the event loop of load thread 0 was blocked for 20.00% of a second',
        hint: 'other code runs in this thread or on its CPU',
      },
      expect.objectContaining({ signal: 'behind', severity: 'note', job: '<reads>', job_uuid: 'uuid-of-reads' }),
    ],
    peaks: {
      event_loop_utilization: 0.4,
      blocked: 0.2,
      cpu_wait: null,
      cpu_steal: null,
      cpu_throttled: null,
      open_files: null,
    },
  });
});

test('a file of an earlier version has no validity', () => {
  const { validity: _, ...older } = DOCUMENT;
  const { validity } = parseResultDocument(JSON.stringify(older), 'result.json');
  expect(validity.valid).toBe(true);
  expect(validity.findings).toEqual([]);
});

test('the summary shows invalidity after the numbers, in red, with a remedy', () => {
  const screen = new FakeTerminal().screen();
  const lines = renderSummary(DOCUMENT, screen, {});
  const at = lines.indexOf(screen.style('red', 'INVALID: these numbers are not to be trusted'));
  expect(at).toBeGreaterThan(lines.findIndex((line) => line.includes('<reads>')));
  expect(lines.slice(at + 1, at + 4).join('\n')).toContain(
    'the event loop of load thread 0 was blocked for 20.00% of a second; first',
  );
  expect(lines.slice(at + 1, at + 4).join('\n')).toContain('other code runs in this thread or on its CPU');
});

test('shows a note as a warning, and an invalid finding as an error', () => {
  expect(warningsOf(RESULT)).toEqual([
    {
      subject: '<reads>',
      message: 'requests are started late; first seen after 3.0 s, for 4.0 s in all, worst after 5.0 s',
      hint: 'other code runs in this thread or on its CPU',
    },
  ]);
});

test('JUnit has a case for the measurement', () => {
  const failureOf = (document: typeof DOCUMENT): string | undefined => {
    const cases = parseXml(renderJunit(document)).children[0]?.children ?? [];
    const measured = cases.find(({ attributes }) => attributes['name'] === 'measurement is trustworthy');
    expect(measured?.attributes['classname']).toBe('shop');
    return measured?.children[0]?.attributes['message'];
  };
  expect(failureOf(DOCUMENT)).toBe(
    'the event loop of load thread 0 was blocked for 20.00% of a second; first seen after 3.0 s, for 4.0 s in all, worst after 5.0 s; other code runs in this thread or on its CPU',
  );
  expect(failureOf(toResultDocument(buildResult([])))).toBeUndefined();
});

test('Markdown and the page show it at the top', () => {
  const markdown = renderMarkdown(DOCUMENT);
  expect(markdown).toMatch(/^## ❌/);
  expect(markdown.indexOf('**INVALID: these numbers are not to be trusted**')).toBeLessThan(
    markdown.indexOf('Thresholds:'),
  );
  expect(outcomeOf(DOCUMENT)).toEqual({
    tone: 'bad',
    title: 'Invalid',
    detail: 'the measurement is not to be trusted',
  });
  const page = renderHtml(DOCUMENT);
  expect(page.indexOf('<section id="validity"')).toBeGreaterThan(0);
  expect(page.indexOf('<section id="validity"')).toBeLessThan(page.indexOf('<section id="thresholds"'));
  expect(renderHtml(toResultDocument(buildResult([])))).not.toContain('id="validity"');
});
