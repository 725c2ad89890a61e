import { formatCountOf } from '../../shared/units.ts';
import type { PlanOverrides } from '../../workload/flags.ts';
import { chooseSource, type SourceOptions } from '../choose-source.ts';
import type { CommandIo } from '../command-io.ts';
import { sendsRequests } from '../../plan/plan.ts';
import { listPlan } from '../plan-listing.ts';
import { planWorkload } from '../plan-workload.ts';

export interface ValidateFlags extends SourceOptions, PlanOverrides {}

export async function validateWorkload(file: string | undefined, flags: ValidateFlags, io: CommandIo): Promise<void> {
  const { workload, plan } = await planWorkload(chooseSource(file, flags), flags, io);
  if (plan.jobs.some(sendsRequests)) {
    const { checkConnection } = await import('../../compose/check-plan.ts');
    await checkConnection(plan);
  }
  const jobs = formatCountOf(plan.jobs.length, 'job');
  io.stdout.write(`${[`ok: ${workload.source}: ${jobs}`, ...listPlan(plan)].join('\n')}\n`);
}
