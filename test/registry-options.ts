import { systemClock } from '../src/shared/clock.ts';
import { NO_LABEL_RULES } from '../src/plan/label-rules.ts';
import { collectProcessMetrics } from '../src/metrics/process-metrics.ts';
import type { MetricsRegistryOptions } from '../src/metrics/metrics-registry.ts';

const processMetrics = collectProcessMetrics();

/** Default options of a registry, with changes of a test. */
export function registryOptions(given: Partial<MetricsRegistryOptions> = {}): MetricsRegistryOptions {
  return {
    agent: 'agent-1',
    build: { version: '0.1.0', commit: 'abc', builtAt: '2026-01-02T03:04:05.000Z' },
    revision: { gitSha: 'def', branch: 'main' },
    processMetrics,
    clock: systemClock(),
    labelRules: NO_LABEL_RULES,
    goCompat: false,
    k6Compat: false,
    debug: { on: false },
    keepMs: 60_000,
    ...given,
  };
}
