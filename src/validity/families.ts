import { defineFamilies, type FamilyRow, withSamples } from '../metrics/define-families.ts';
import type { Family, Labels, Sample } from '../metrics/family.ts';
import { SEVERITIES, SIGNALS, type Validity } from './finding.ts';
import type { SampleWindow } from './window.ts';

interface ValidityState {
  readonly runId: string;
  readonly validity: Validity;
  readonly newest: SampleWindow | undefined;
}

const buildFamilies = defineFamilies<ValidityState>([
  {
    name: 'loadbot_run_valid',
    type: 'gauge',
    help: '1 while the run is valid, else 0.',
    read: ({ runId, validity }) => [sample({ run_id: runId }, Number(validity.valid))],
  },
  {
    name: 'loadbot_run_findings',
    type: 'gauge',
    help: 'Findings by signal and severity (note or invalid): number of jobs with the finding.',
    read: ({ validity: { findings } }) =>
      SIGNALS.flatMap((signal) =>
        SEVERITIES.map((severity) => {
          const alike = findings.filter((one) => one.signal === signal && one.severity === severity);
          return sample({ signal, severity }, alike.length);
        }),
      ),
  },
  {
    name: 'loadbot_generator_utilization_ratio',
    type: 'gauge',
    help: "Share of the last second in which a load thread's event loop was not idle.",
    read: perThread(({ utilization }) => utilization),
  },
  {
    name: 'loadbot_generator_blocked_ratio',
    type: 'gauge',
    help: 'Share of the last second in which the event loop of a load thread was blocked, longer at a time than its own work takes.',
    read: perThread(({ blocked }) => blocked),
  },
  {
    name: 'loadbot_generator_cpu_wait_ratio',
    type: 'gauge',
    help: 'Share of the last second in which a load thread was ready to run and had no CPU.',
    read: perThread(({ cpuWait }) => cpuWait),
  },
  {
    name: 'loadbot_generator_cpu_steal_ratio',
    type: 'gauge',
    help: "Share of the machine's CPU time in the last second that its host gave to other machines.",
    read: ({ newest }) => optional({}, newest?.steal),
  },
  {
    name: 'loadbot_generator_cpu_throttled_ratio',
    type: 'gauge',
    help: 'Share of the last second in which the CPU quota of the process was exhausted.',
    read: ({ newest }) => optional({}, newest?.throttled?.time),
  },
]);

/** Returns the validity of a run and the load of the generator as series, without the label `agent`. */
export function validityFamilies(
  runId: string,
  validity: Validity,
  newest: SampleWindow | undefined,
): readonly Family[] {
  return withSamples(buildFamilies([{ runId, validity, newest }]));
}

function sample(labels: Labels, value: number): Sample {
  return { suffix: '', labels, value };
}

function optional(labels: Labels, value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [sample(labels, value)];
}

function perThread(
  valueOf: (thread: SampleWindow['threads'][number]) => number | undefined,
): FamilyRow<ValidityState>['read'] {
  return ({ newest }) =>
    (newest?.threads ?? []).flatMap((thread, index) => optional({ thread: String(index) }, valueOf(thread)));
}
