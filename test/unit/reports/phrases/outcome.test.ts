import { expect, test } from 'vitest';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { describeVerdict } from '../../../../src/reports/phrases/outcome.ts';
import { describeChangeDocument, pauseSpans } from '../../../../src/reports/phrases/steering.ts';
import type { RunResult } from '../../../../src/reports/report.ts';
import type { ValidityFinding } from '../../../../src/validity/finding.ts';
import { buildResult } from '../../../snapshot-builder.ts';
import { buildVerdict } from '../../../verdict-builder.ts';

const HELD = buildVerdict({ ok: true });
const FAILED = buildVerdict({ ok: false, text: 'p(99) < 10ms', job: 'reads' });
const BLOCKED: ValidityFinding = {
  signal: 'blocked',
  severity: 'invalid',
  job: undefined,
  value: 0.2,
  unit: 'share',
  message: 'load thread 0 was blocked',
  hint: 'look at the machine',
  firstSeenSeconds: 1,
  worstSeconds: 1,
  spans: [],
  lastedSeconds: 1,
};
const INVALID = { valid: false, findings: [BLOCKED, BLOCKED], peaks: {} };
const START = buildResult([]).startedEpochMs;
const CHANGES: RunResult['changes'] = [
  { kind: 'pause', by: 'page', epochMs: START + 1000 },
  { kind: 'resume', by: 'page', epochMs: START + 3000 },
  { kind: 'pace', by: 'command', job: 'reads', from: 50, to: 100, epochMs: START + 4000 },
  { kind: 'pace', by: 'command', job: 'reads', from: 100, to: 25, epochMs: START + 5000 },
  { kind: 'connections', by: 'api', job: 'reads', from: 8, to: 4, epochMs: START + 6000 },
  { kind: 'pause', by: 'page', epochMs: START + 7000 },
];
const verdictOf = (given: Partial<RunResult>): string => describeVerdict(toResultDocument(buildResult([], given))).text;

test.each<[Partial<RunResult>, string]>([
  [{}, 'passed: no thresholds'],
  [{ thresholds: [HELD] }, 'passed: 1 of 1 threshold held'],
  [{ validity: INVALID }, 'passed: no thresholds; the numbers are not to be trusted'],
  [
    { verdict: 'thresholds_failed', exitStatus: 99, thresholds: [HELD, FAILED, FAILED, FAILED] },
    'FAILED (99): 3 of 4 thresholds failed: p(99) < 10ms of reads, p(99) < 10ms of reads, 1 more',
  ],
  [
    { verdict: 'invalid', exitStatus: 112, validity: INVALID, thresholds: [HELD] },
    'INVALID (112): load thread 0 was blocked (and 1 more reason); 1 of 1 threshold held',
  ],
  [
    { thresholds: [HELD], changes: CHANGES },
    'passed: 1 of 1 threshold held; load changed while it ran: paused 2 times, pace of reads changed to 25.0/s, connections of reads changed to 4',
  ],
  [{ verdict: 'aborted', exitStatus: 99, reason: 'a gate failed' }, 'ABORTED (99): a gate failed'],
  [{ verdict: 'stopped', exitStatus: 105 }, 'STOPPED (105): by a signal or by loadbot-agent stop'],
  [{ verdict: 'failed', exitStatus: 1, reason: 'a load thread ended' }, 'FAILED (1): a load thread ended'],
  [
    {
      verdict: 'undelivered',
      exitStatus: 113,
      deliveries: [
        { target: 'http://a', deliveredSamples: 10, undeliveredSamples: 2, lastError: 'HTTP 503' },
        { target: 'http://b', deliveredSamples: 10, undeliveredSamples: 0, lastError: undefined },
      ],
    },
    'UNDELIVERED (113): 2 of 12 samples not delivered to http://a (HTTP 503)',
  ],
])('%j is described', (given, text) => {
  expect(verdictOf(given)).toBe(text);
});

test('a result without a verdict is partial, or from before verdicts', () => {
  const document = { ...toResultDocument(buildResult([])), verdict: null, exit_status: null };
  expect(describeVerdict(document).text).toBe('no verdict: it was made by an older version');
  const interrupted = { ...document, partial: true, end: 'in_progress' as const };
  expect(describeVerdict(interrupted).text).toBe(
    'no verdict: partial: the run was interrupted at 2026-01-02T03:04:47.300Z, or still goes on',
  );
});

test('a failure of the command overrides the verdict, unless it is the same', () => {
  const document = toResultDocument(buildResult([], { verdict: 'failed', exitStatus: 1, reason: 'why' }));
  expect(describeVerdict(document, { status: 1, message: 'other' }).text).toBe('FAILED (1): why');
  const passed = toResultDocument(buildResult([], { thresholds: [HELD] }));
  expect(describeVerdict(passed, { status: 1, message: 'no space left' }).text).toBe(
    'FAILED (1): no space left; 1 of 1 threshold held',
  );
});

test('pauses are spans, of which the last lasts until the end; each change has its text', () => {
  const { changes } = toResultDocument(buildResult([], { changes: CHANGES }));
  expect(pauseSpans(changes, 9)).toEqual([
    [1, 3],
    [7, 9],
  ]);
  expect(changes.map(describeChangeDocument)).toEqual([
    'load paused on the live page',
    'load resumed on the live page',
    'pace of reads changed from 50.0/s to 100.0/s by a command',
    'pace of reads changed from 100.0/s to 25.0/s by a command',
    'connections of reads changed from 8 to 4 over the control API',
    'load paused on the live page',
  ]);
});
