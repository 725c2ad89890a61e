import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderJunit } from '../../src/reports/formats/junit.ts';
import { toResultDocument } from '../../src/reports/document/result-document.ts';
import { buildJob, buildResult } from '../snapshot-builder.ts';
import { DOCUMENT, HOSTILE } from '../unit/reports/result.ts';
import { buildVerdict } from '../verdict-builder.ts';
import { findBinary, XMLLINT } from '../needs.ts';
import { describeWithServices } from './binary.ts';

const SCHEMA = fileURLToPath(new URL('junit.xsd', import.meta.url));

/** Errors of an independent validator; empty: valid. */
function faultsOf(xml: string): string {
  const args = ['--noout', '--nonet', '--schema', SCHEMA, '-'];
  const { status, stderr } = spawnSync(findBinary(XMLLINT.name) ?? '', args, { input: xml, encoding: 'utf8' });
  return status === 0 ? '' : stderr;
}

describeWithServices('JUnit reports and their schema', [XMLLINT], () => {
  test('a result with completed, failed and pending jobs, thresholds and links is valid', () => {
    const links = [{ title: 'Grafana dashboard', url: 'https://g/d/x/y?from=1&to=2&var-job=a%20b' }];
    const xml = renderJunit({ ...DOCUMENT, links });
    expect(faultsOf(xml)).toBe('');
    expect(xml).toContain(
      '<property name="Grafana dashboard" value="https://g/d/x/y?from=1&amp;to=2&amp;var-job=a%20b"/>',
    );
  });

  test('the schema rejects an invalid report', () => {
    const xml = renderJunit(DOCUMENT);
    for (const [was, is] of [
      ['tests="', 'tests="-'],
      ['<properties>', '<property/><properties>'],
      [/ classname="[^"]*"/, ''],
      [/timestamp="([^"]*)"/, 'timestamp="$1Z"'],
      ['<failure type="threshold"', '<failure'],
    ] as const) {
      expect(faultsOf(xml.replace(was, is)), String(was)).not.toBe('');
    }
  });

  test('reports with any names and reasons are valid', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant(HOSTILE));
    fc.assert(
      fc.property(text, text, fc.constantFrom('completed', 'failed', 'canceled'), (name, reason, status) => {
        const jobs = [buildJob({ name, status })];
        const thresholds = [buildVerdict({ job: name, text: name, ok: false, reason })];
        const document = toResultDocument(buildResult(jobs, { thresholds, end: 'failed', reason }));
        expect(faultsOf(renderJunit(document))).toBe('');
      }),
      { numRuns: 25 },
    );
  });
});
