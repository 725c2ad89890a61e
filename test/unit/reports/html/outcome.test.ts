import { expect, test } from 'vitest';
import { outcomeOf } from '../../../../src/reports/html/outcome.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { buildResult } from '../../../snapshot-builder.ts';
import { buildVerdict } from '../../../verdict-builder.ts';

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
