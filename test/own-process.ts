/** Tests in `test/unit` and `test/contract` that replace modules, or observe their own process: each runs in one of its own. */
export const OWN_PROCESS = [
  'test/contract/driver/http-response.test.ts',
  'test/unit/agent/memory-of-run.test.ts',
  'test/unit/drivers/http/jit-warm-up.test.ts',
  'test/unit/drivers/http/session.test.ts',
  'test/unit/drivers/mongodb/settings.test.ts',
  'test/unit/metrics/go-runtime.test.ts',
  'test/unit/metrics/process-metrics.test.ts',
  'test/unit/recorder/run-record-phases.test.ts',
  'test/unit/reports/output/output.test.ts',
  'test/unit/workload/features/bounds.test.ts',
];
