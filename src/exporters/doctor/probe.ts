import type { Exposition, Labels } from '../../metrics/family.ts';

/** Name of the family that is pushed and read back. */
export const PROBE_NAME = 'loadbot_doctor_probe';

/** An exposition of one sample, identified by its value. */
export function probeExposition(labels: Labels, value: number, epochMs: number): Exposition {
  const help = 'Pushed by loadbot-agent doctor to check that metrics arrive.';
  return { epochMs, families: [{ name: PROBE_NAME, type: 'gauge', help, samples: [{ suffix: '', labels, value }] }] };
}
