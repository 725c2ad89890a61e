import { systemClock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';
import type { QueryEndpoint } from '../../doctor/examination.ts';
import { examineTarget } from '../../doctor/examine.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PlanOverrides } from '../../workload/flags.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import { chooseSource, isSourceGiven, type SourceOptions } from '../choose-source.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT } from '../exit-codes.ts';
import { listFinding } from '../finding-listing.ts';
import { planWorkload } from '../plan-workload.ts';
import { readQueryUrl } from '../query-url.ts';

export interface DoctorFlags extends SourceOptions, PlanOverrides {
  readonly query_url?: string;
}

/** Examines the push targets; returns the exit code. */
export async function examineTargets(file: string | undefined, flags: DoctorFlags, io: CommandIo): Promise<number> {
  const query = flags.query_url === undefined ? undefined : readQueryUrl(flags.query_url);
  const plan = await planTargets(file, flags, io);
  return (await examineAll(plan, query, io)) ? EXIT.ok : EXIT.undelivered;
}

/** Flags are parsed against a workload: without a file, against a minimal one. */
async function planTargets(file: string | undefined, flags: DoctorFlags, io: CommandIo): Promise<Plan> {
  const { plan } = isSourceGiven(file, flags)
    ? await planWorkload(chooseSource(file, flags), flags, io)
    : await planWorkload('-', flags, { ...io, readStdin: async () => SMALLEST_WORKLOAD });
  if (plan.metrics.pushTargets.length > 0) return plan;
  throw new LoadbotError('config_invalid', 'there is nothing to examine: metrics are not pushed anywhere', {
    hint: 'give --metrics_export_url, or a workload file that has metrics_export_url or metrics_export_targets',
  });
}

const SMALLEST_WORKLOAD = JSON.stringify({ connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }] });

/** Examines one target after the other; returns whether all of them are sound. */
async function examineAll(plan: Plan, query: QueryEndpoint | undefined, io: CommandIo): Promise<boolean> {
  const screen = openTerminal(process.stdout, io.env);
  const { pushTargets, labelRules, pullPort } = plan.metrics;
  let sound = 0;
  for (const target of pushTargets) {
    screen.writeLine(screen.style('bold', redactUrl(target.url)));
    const isSound = await examineTarget(target, {
      agent: plan.agent,
      labelRules,
      query,
      report: (finding) => listFinding(finding, screen).forEach((line) => screen.writeLine(line)),
      clock: systemClock(),
      random: Math.random,
    });
    if (isSound) sound++;
  }
  if (pullPort !== undefined) {
    screen.writeLine(
      'Being scraped (metrics_export_port) cannot be tried from here. It needs honor_labels: true, or job becomes exported_job.',
    );
  }
  const all = pushTargets.length;
  screen.writeLine(
    sound === all
      ? 'metrics arrive'
      : `metrics do not arrive as they should${all > 1 ? ` at ${all - sound} of ${all} targets` : ''}`,
  );
  return sound === all;
}
