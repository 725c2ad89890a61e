import type { Family } from '../metrics/family.ts';
import type { Steering } from '../engine/steering.ts';

const KINDS = ['pause', 'resume', 'pace', 'connections'] as const;

/** Metric families of the changes of a load while it runs. */
export function steeringFamilies(
  runId: string,
  { isPaused, changes }: Pick<Steering, 'isPaused' | 'changes'>,
): readonly Family[] {
  return [
    {
      name: 'loadbot_run_paused',
      type: 'gauge',
      help: '1 while the load of the run is paused, else 0.',
      samples: [{ suffix: '', labels: { run_id: runId }, value: isPaused ? 1 : 0 }],
    },
    {
      name: 'loadbot_run_changes_total',
      type: 'counter',
      help: 'Changes of the load of the run while it went on.',
      samples: KINDS.map((kind) => ({
        suffix: '',
        labels: { run_id: runId, kind },
        value: changes.filter((change) => change.kind === kind).length,
      })),
    },
  ];
}
