import type { Family } from './family.ts';

/**
 * Resource usage of this process by getrusage(2), available on every system, under the names of VictoriaMetrics' Go
 * library.
 * @param usage times in microseconds
 */
export function resourceUsageFamilies(agent: string, usage: NodeJS.ResourceUsage): readonly Family[] {
  const counter = (name: string, help: string, value: number): Family => ({
    name,
    type: 'counter',
    help,
    samples: [{ suffix: '', labels: { agent }, value }],
  });
  return [
    counter('process_cpu_seconds_user_total', 'Processor time in user mode.', usage.userCPUTime / 1e6),
    counter('process_cpu_seconds_system_total', 'Processor time in the kernel.', usage.systemCPUTime / 1e6),
    counter('process_major_pagefaults_total', 'Page faults that read from storage.', usage.majorPageFault),
    counter('process_minor_pagefaults_total', 'Page faults that did not read from storage.', usage.minorPageFault),
  ];
}
