import { expect, test } from 'vitest';
import { OK } from '../../../../src/shared/outcome.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { renderBadge } from '../../../../src/reports/formats/badge.ts';
import type { RunResult } from '../../../../src/reports/report.ts';
import { buildJob, buildResult, request } from '../../../snapshot-builder.ts';

const reads = buildJob({
  name: 'reads',
  record: (recorder) => {
    for (let count = 0; count < 200; count++) request(recorder, OK, 12);
  },
});
const badge = (result: RunResult): unknown => JSON.parse(renderBadge(toResultDocument(result)));

test('a badge has the workload, the verdict and the p99 of the only job', () => {
  expect(badge(buildResult([reads]))).toEqual({
    schemaVersion: 1,
    label: 'shop',
    message: 'passed, p99 12.0ms',
    color: 'brightgreen',
  });
  const failed = buildResult([reads, { ...reads, uuid: 'other' }], { verdict: 'thresholds_failed', exitStatus: 99 });
  expect(badge(failed)).toMatchObject({ message: 'failed', color: 'red' });
  expect(badge(buildResult([], { verdict: 'invalid' }))).toMatchObject({ message: 'invalid', color: 'orange' });
});

test('a partial result is not a pass', () => {
  const { verdict: _, ...document } = toResultDocument(buildResult([reads], { partial: true }));
  const text = renderBadge({ ...document, verdict: null });
  expect(JSON.parse(text)).toMatchObject({ message: 'partial, p99 12.0ms', color: 'lightgrey' });
});
