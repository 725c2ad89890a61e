import type { Family, Labels } from '../metrics/family.ts';
import { SEVERITIES, SIGNALS, type Validity } from './finding.ts';
import type { SampleWindow } from './window.ts';

/** Returns the validity of a run and the load of the generator as series, without the label `agent`. */
export function validityFamilies(
  runId: string,
  { valid, findings }: Validity,
  newest: SampleWindow | undefined,
): readonly Family[] {
  const families = [
    gauge('loadbot_run_valid', '1 while the run is valid, else 0.', [[{ run_id: runId }, Number(valid)]]),
    gauge(
      'loadbot_run_findings',
      'Findings by signal and severity (note or invalid): number of jobs with the finding.',
      SIGNALS.flatMap((signal) =>
        SEVERITIES.map((severity) => [
          { signal, severity },
          findings.filter((one) => one.signal === signal && one.severity === severity).length,
        ]),
      ),
    ),
    gauge(
      'loadbot_generator_utilization_ratio',
      "Share of the last second in which a load thread's event loop was not idle.",
      ofThreads(newest, ({ utilization }) => utilization),
    ),
    gauge(
      'loadbot_generator_blocked_ratio',
      'Share of the last second in which the event loop of a load thread was blocked, longer at a time than its own work takes.',
      ofThreads(newest, ({ blocked }) => blocked),
    ),
    gauge(
      'loadbot_generator_cpu_wait_ratio',
      'Share of the last second in which a load thread was ready to run and had no CPU.',
      ofThreads(newest, ({ cpuWait }) => cpuWait),
    ),
    gauge(
      'loadbot_generator_cpu_steal_ratio',
      "Share of the machine's CPU time in the last second that its host gave to other machines.",
      whole(newest?.steal),
    ),
    gauge(
      'loadbot_generator_cpu_throttled_ratio',
      'Share of the last second in which the CPU quota of the process was exhausted.',
      whole(newest?.throttled?.time),
    ),
  ];
  return families.filter(({ samples }) => samples.length > 0);
}

type Value = readonly [labels: Labels, value: number];

function gauge(name: string, help: string, values: readonly Value[]): Family {
  const samples = values.map(([labels, value]) => ({ suffix: '', labels, value }));
  return { name, type: 'gauge', help, samples };
}

function ofThreads(
  newest: SampleWindow | undefined,
  valueOf: (thread: SampleWindow['threads'][number]) => number | undefined,
): Value[] {
  return (newest?.threads ?? []).flatMap((thread, index): Value[] => {
    const value = valueOf(thread);
    return value === undefined ? [] : [[{ thread: String(index) }, value]];
  });
}

function whole(value: number | undefined): Value[] {
  return value === undefined ? [] : [[{}, value]];
}
