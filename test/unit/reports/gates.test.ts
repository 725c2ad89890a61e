import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../src/reports/html/html.ts';
import { renderJunit } from '../../../src/reports/formats/junit.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import type { RunResult } from '../../../src/reports/report.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { renderSummary } from '../../../src/reports/terminal/summary.ts';
import type { WaitDocument } from '../../../src/sources/documents.ts';
import { FakeTerminal } from '../../fake-terminal.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';
import { parseXml } from '../../xml-parser.ts';

const WAIT: WaitDocument = {
  job: 'reads',
  job_uuid: 'uuid-of-reads',
  condition: 'busy == 0',
  seconds: 12.34,
  timeout_seconds: 300,
  outcome: 'held',
  found: 'busy is 0',
};
const OF_SOURCES = {
  kind: 'source',
  job: '',
  uuid: '',
  jobType: '',
  text: 'increase(failures) == 0',
  metric: 'increase(failures)',
  unit: 'number',
  operator: '==',
  limit: 0,
} as const;

const RESULT = buildResult([buildJob({ name: 'reads' })], {
  waits: [
    WAIT,
    { ...WAIT, job: 'short', seconds: 0.999 },
    { ...WAIT, job: 'vain', seconds: 300, outcome: 'timed_out', found: 'busy{a="<b>"} is 1' },
    { ...WAIT, job: 'never', seconds: 0.2, outcome: 'stopped', found: 'busy is 1' },
  ],
  thresholds: [
    buildVerdict({ ...OF_SOURCES, value: 3, ok: false, reason: 'it is 3 (failures{a="upload"})' }),
    buildVerdict({
      ...OF_SOURCES,
      job: 'reads',
      uuid: 'uuid-of-reads',
      jobType: 'read',
      text: 'max(busy) < 2',
      value: 1.25,
    }),
  ],
});

function summaryOf(result: RunResult): string {
  const terminal = new FakeTerminal();
  terminal.columns = 200;
  return renderSummary(toResultDocument(result), terminal.screen(), {}).join('\n');
}

describe('summary', () => {
  test('shows waits, timeouts, and thresholds by subject', () => {
    const text = summaryOf(RESULT);
    expect(text).toContain('wait     reads waited 12.3s for busy == 0\n');
    expect(text).not.toContain('short');
    expect(text).toContain('vain timed out after 5m00s waiting for busy == 0: busy{a="<b>"} is 1');
    expect(text).toContain('never was waiting for busy == 0 when the run ended, after 200ms: busy is 1');
    expect(text).toMatch(/✗ sources +increase\(failures\) == 0 +it is 3 \(failures\{a="upload"\}\)/);
    expect(text).toMatch(/✓ reads +max\(busy\) < 2 +1\.25\n/);
  });
});

describe('other reports', () => {
  const document = toResultDocument(RESULT);

  test('JUnit has a case for each wait', () => {
    const [suite] = parseXml(renderJunit(document)).children;
    const cases = (suite?.children ?? []).filter(({ attributes }) => attributes['name'] === 'wait for busy == 0');
    expect(cases.map(({ attributes, children }) => [attributes['classname'], children[0]?.name])).toEqual([
      ['shop.reads', undefined],
      ['shop.short', undefined],
      ['shop.vain', 'failure'],
      ['shop.never', 'skipped'],
    ]);
    expect(cases[2]?.children[0]?.attributes).toEqual({
      type: 'wait',
      message: 'timed out after 300 s: busy{a="<b>"} is 1',
    });
    const thresholds = (suite?.children ?? []).map(({ attributes }) => attributes['classname']);
    expect(thresholds.slice(-3, -1)).toEqual(['shop.sources', 'shop.reads.read']);
  });

  test('Markdown and HTML show them', () => {
    const markdown = renderMarkdown(document);
    expect(markdown).toContain('reads waited 12.3s for busy == 0');
    expect(markdown).toContain('| ❌ | sources | `increase(failures) == 0` | it is 3 (failures\\{a="upload"\\}) |');
    const html = renderHtml(document);
    expect(html).toContain(
      '<li>vain timed out after 5m00s waiting for busy == 0: busy{a=&quot;&lt;b&gt;&quot;} is 1</li>',
    );
    expect(html).toContain('it is 3 (failures{a=&quot;upload&quot;})');
    expect(renderHtml({ ...document, waits: [] })).not.toContain('id="waits"');
  });
});

describe('the result file', () => {
  test('has waits in seconds, and the limits of thresholds', () => {
    const document = toResultDocument(RESULT);
    expect(document.waits[0]).toEqual(WAIT);
    expect(document.thresholds[0]).toMatchObject({ kind: 'source', job: null, value: 3, limit: 0, unit: 'number' });
  });

  test('of an older version is readable', () => {
    const { waits, ...older } = toResultDocument(
      buildResult([], { thresholds: [buildVerdict(), buildVerdict({ ...OF_SOURCES, text: 'up > 0' })] }),
    );
    expect(waits).toEqual([]);
    const thresholds = older.thresholds.map(({ kind, ...threshold }) => {
      expect(kind).toBeDefined();
      return threshold;
    });
    const read = parseResultDocument(JSON.stringify({ ...older, thresholds }), 'old.json');
    expect(read.waits).toEqual([]);
    expect(read.thresholds.map(({ kind }) => kind)).toEqual(['recorded', 'query']);
  });
});
