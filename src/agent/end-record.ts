import type { LogFields } from '../shared/log.ts';
import { errorsOf, requestsOf, type Tally } from '../recorder/snapshot.ts';
import type { RunResult } from '../reports/report.ts';

/** Fields of the log record `run ended`: the whole conclusion of a run. */
export function endRecord(result: RunResult): LogFields {
  const { final, end, reason, verdict, exitStatus, validity, thresholds, deliveries } = result;
  const total = (countOf: (tally: Tally) => number): number =>
    final.jobs.reduce((sum, { measured }) => sum + countOf(measured), 0);
  const failed = thresholds.filter(({ ok }) => !ok);
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  return {
    run_id: final.runId,
    workload: final.workload,
    verdict,
    exit_status: exitStatus,
    end,
    reason,
    valid: validity.valid,
    invalid_signals: listOf(invalid.map(({ signal }) => signal)),
    thresholds: thresholds.length,
    thresholds_failed: failed.length,
    failed_thresholds: listOf(failed.map(({ job, text }) => (job === '' ? text : `${job}: ${text}`))),
    elapsed_seconds: (result.endedEpochMs - result.startedEpochMs) / 1000,
    requests: total(requestsOf),
    ok: total(({ ok }) => ok),
    misses: total(({ miss }) => miss),
    errors: total(errorsOf),
    aborted: total(({ aborted }) => aborted),
    skipped: total(({ skipped }) => skipped),
    undelivered_samples: deliveries.reduce((sum, { undeliveredSamples }) => sum + undeliveredSamples, 0),
  };
}

function listOf(items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : [...new Set(items)].join(', ');
}
