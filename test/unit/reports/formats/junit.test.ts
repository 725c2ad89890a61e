import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderJunit } from '../../../../src/reports/formats/junit.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { buildJob, buildResult } from '../../../snapshot-builder.ts';
import { buildVerdict } from '../../../verdict-builder.ts';
import { parseXml, type XmlElement } from '../../../xml-parser.ts';
import { DOCUMENT, HOSTILE } from '../result.ts';

function casesOf(xml: string): readonly XmlElement[] {
  const [suite] = parseXml(xml).children;
  return (suite?.children ?? []).filter(({ name }) => name === 'testcase');
}

test('has a case for each job and each threshold, with the numbers of each outcome', () => {
  const root = parseXml(renderJunit(DOCUMENT));
  const totals = { tests: '7', failures: '2', errors: '0', time: '42.3' };
  expect(root).toMatchObject({ name: 'testsuites', attributes: { name: 'loadbot-agent', ...totals } });
  expect(root.children).toHaveLength(1);
  expect(root.children[0]).toMatchObject({
    name: 'testsuite',
    attributes: { name: 'shop', hostname: 'agent-1', timestamp: '2026-01-02T03:04:05', skipped: '1', ...totals },
  });
  expect(root.children[0]?.children[0]?.name).toBe('properties');
  const cases = casesOf(renderJunit(DOCUMENT));
  expect(cases.map(({ attributes: { classname, name }, children }) => [classname, name, children[0]?.name])).toEqual([
    ['shop.reads', 'ran', undefined],
    ['shop.writes', 'ran', undefined],
    ['shop.never', 'ran', 'skipped'],
    ['shop.reads.read', 'p(99) < 200ms', undefined],
    ['shop.reads.read', 'errors == 0', 'failure'],
    ['shop.query', 'up > 0', 'failure'],
    ['shop', 'measurement is trustworthy', undefined],
  ]);
  expect(cases[4]?.children[0]?.attributes).toEqual({
    type: 'threshold',
    message: 'errors == 0 does not hold: it is 2',
  });
});

test('does not pass a job that failed or was stopped', () => {
  const jobs = [
    buildJob({ name: 'broken', status: 'failed' }),
    buildJob({ name: 'half', status: 'canceled', record: (recorder) => recorder.start() }),
  ];
  const cases = casesOf(renderJunit(toResultDocument(buildResult(jobs, { end: 'failed', reason: 'a thread died' }))));
  expect(cases.map(({ children }) => children[0]?.attributes['message'])).toEqual([
    'a thread died',
    'stopped early: a thread died',
    undefined,
  ]);
});

test('treats a mixed job as one job', () => {
  const parts = (['read', 'update'] as const).map((type) => buildJob({ name: 'mix', uuid: 'm', type }));
  expect(casesOf(renderJunit(toResultDocument(buildResult(parts))))).toHaveLength(2);
});

test('is valid XML with any names', () => {
  const jobs = [buildJob({ name: HOSTILE })];
  const thresholds = [buildVerdict({ job: HOSTILE, text: HOSTILE, ok: false, reason: HOSTILE })];
  const [ran, threshold] = casesOf(renderJunit(toResultDocument(buildResult(jobs, { thresholds }))));
  const escaped = HOSTILE.replace('\0', '\uFFFD').replace('\uD800', '\uFFFD');
  expect(ran?.attributes['classname']).toBe(`shop.${escaped}`);
  expect(threshold?.attributes['name']).toBe(escaped);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      parseXml(renderJunit(toResultDocument(buildResult([buildJob({ name })]))));
    }),
    { numRuns: 50 },
  );
});
