import { systemClock } from '../../../src/shared/clock.ts';
import { pushFamilies, PushRecord } from '../../../src/exporters/push/push-families.ts';
import type { Family } from '../../../src/metrics/family.ts';
import { SeriesLabels } from '../../../src/metrics/series-labels.ts';
import { createMetricsRegistry } from '../../../src/metrics/metrics-registry.ts';
import { thresholdFamilies } from '../../../src/thresholds/threshold-families.ts';
import { steeringFamilies } from '../../../src/compose/steering-families.ts';
import { validityFamilies } from '../../../src/validity/families.ts';
import { noopValidity } from '../../../src/validity/finding.ts';
import { buildWindow } from '../validity/windows.ts';
import { BUILT_IN_METRICS } from '../../../src/shared/job-metric.ts';
import { buildJob, buildSnapshot } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';
import { registryOptions } from '../../registry-options.ts';

/** Families of a run that has every kind of series, with a push target and `go_compat`. */
export async function exposeAllFamilies(): Promise<readonly Family[]> {
  const registry = createMetricsRegistry(registryOptions({ goCompat: true }));
  const builtIn = Object.entries(BUILT_IN_METRICS).map(([name, metric], index) =>
    Object.assign({ name, index, scope: 'requests' as const }, metric),
  );
  const sketch = buildJob({ name: 'a', paced: true, recordWarmUp: () => {}, metrics: builtIn });
  const job = {
    ...sketch,
    targetRate: 500,
    expectedStatuses: [],
    checkNames: ['no errors'],
    phases: [{ name: 'backup', inside: sketch.measured }],
  };
  const iterations = buildJob({ name: 'b', type: 'scenario', paced: true, recordWarmUp: () => {}, targetRate: 20 });
  const scenario = { ...iterations, phases: [{ name: 'backup', inside: iterations.measured }] };
  const target = {
    series: new SeriesLabels({ target: 'http://vm' }),
    record: new PushRecord(systemClock()),
    loop: { undeliveredSamples: 0, pendingSamples: 0 },
  };
  const pushes = pushFamilies([target]);
  const validity = validityFamilies('run-1', noopValidity, buildWindow({ throttled: { time: 0, periods: 0 } }));
  const thresholds = thresholdFamilies([{ verdict: buildVerdict(), decided: true }]);
  const steering = steeringFamilies('run-1', { isPaused: false, changes: [] });
  const others = [...thresholds, ...steering, ...validity, ...pushes];
  return (await registry.collect([buildSnapshot([job, scenario])], others)).families;
}
