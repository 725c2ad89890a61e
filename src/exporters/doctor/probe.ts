import type { Exposition, Labels } from '../../metrics/family.ts';

/** The family that is pushed and read back. */
export const PROBE_NAME = 'loadbot_doctor_probe';

/** One sample that tells by its value that it is the one. */
export function probeExposition(labels: Labels, value: number, epochMs: number): Exposition {
  const help = 'Pushed by loadbot-agent doctor to see whether it arrives.';
  return { epochMs, families: [{ name: PROBE_NAME, type: 'gauge', help, samples: [{ suffix: '', labels, value }] }] };
}
