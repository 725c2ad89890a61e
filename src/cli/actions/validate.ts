import { formatCountOf } from '../../shared/units.ts';
import type { CommandIo } from '../command-io.ts';
import { sendsRequests } from '../../plan/plan.ts';
import { listPlan } from '../plan-listing.ts';
import { withShortName } from '../url-flags.ts';
import { type InputFlags, openInput } from '../workload-input.ts';

export async function validateWorkload(file: string | undefined, given: InputFlags, io: CommandIo): Promise<void> {
  const flags = withShortName(file, given);
  const input = await openInput('validate', file, flags, io);
  const { workload, plan } = await input.plan(flags);
  if (plan.jobs.some(sendsRequests)) {
    const { checkConnection } = await import('../../compose/check-plan.ts');
    await checkConnection(plan);
  }
  if (flags.print_workload === true && input.text !== undefined) {
    io.stdout.write(input.text);
    return;
  }
  const jobs = formatCountOf(plan.jobs.length, 'job');
  io.stdout.write(`${[`ok: ${workload.source}: ${jobs}`, ...listPlan(plan)].join('\n')}\n`);
}
