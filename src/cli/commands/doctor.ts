import { Command } from 'commander';
import { httpUrlFault } from '../../config/http-url.ts';
import { systemClock } from '../../core/clock.ts';
import { LoadbotError } from '../../core/errors.ts';
import { redactUrl } from '../../core/redact.ts';
import type { QueryPlace } from '../../exporters/doctor/case.ts';
import { examineTarget } from '../../exporters/doctor/examine.ts';
import type { Plan } from '../../plan/plan.ts';
import { environmentProxy } from '../../plan/proxy.ts';
import { takeCredentials } from '../../plan/push-target.ts';
import { screenOf } from '../../reports/screen.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { listFinding } from '../finding-listing.ts';
import { addMetricsOptions, type MetricsOptions, metricsOverrides } from '../metrics-options.ts';
import { chooseSource, planWorkload, type SourceOptions } from '../workload-source.ts';

interface DoctorFlags extends SourceOptions, MetricsOptions {
  readonly name?: string;
  readonly query_url?: string;
}

const EXAMPLES = `
Examples:
  loadbot-agent doctor --metrics_export_url http://victoria-metrics:8428/api/v1/import/prometheus
  loadbot-agent doctor --metrics_export_url http://prometheus:9090/api/v1/write
  loadbot-agent doctor --metrics_export_url http://pushgateway:9091/metrics/job/loadbot
  loadbot-agent doctor --metrics_export_url http://collector:4318/v1/metrics --query_url http://prometheus:9090
  loadbot-agent doctor --metrics_export_url http://vminsert:8480/insert/0/prometheus/api/v1/import/prometheus \\
      --query_url http://vmselect:8481/select/0/prometheus
  loadbot-agent doctor load.jsonc                  # the targets of a workload file; no load is made

Exit status: 0 what was pushed to every target was read back, 104 invalid flags or workload, 113 it was not, or something
else is wrong there, 1 anything else.
`;

/** `doctor`: whether metrics would arrive, and if not, why. */
export function doctorCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('doctor')
    .summary('push a probe and read it back: do metrics arrive?')
    .description(
      'Pushes one sample to each target as a run would, reads it back, says what is wrong and what to do about it, and takes the sample away again where that is possible.',
    )
    .argument('[file]', 'workload file whose targets to examine; - for standard input')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input')
    .option('-n, --name <name>', 'name of this agent: the label `agent` (default: host name)')
    .option(
      '--query_url <url>',
      'where to read back: what /api/v1/query stands under (default: beside the path of the push)',
    );
  return addMetricsOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: DoctorFlags) => {
      const query = flags.query_url === undefined ? undefined : readQueryUrl(flags.query_url);
      const plan = await planTargets(file, flags, io);
      exit.with((await examineAll(plan, query, io)) ? EXIT.ok : EXIT.undelivered);
    });
}

/** Flags are read against a workload: without one, against the smallest there is. */
async function planTargets(file: string | undefined, flags: DoctorFlags, io: CommandIo): Promise<Plan> {
  const isGiven = file !== undefined || flags.configFile !== undefined || flags.stdin === true;
  const overrides = { agentName: flags.name, ...metricsOverrides(flags) };
  const { plan } = isGiven
    ? await planWorkload(chooseSource(file, flags), overrides, io)
    : await planWorkload('-', overrides, { ...io, readStdin: async () => SMALLEST_WORKLOAD });
  if (plan.metrics.pushTargets.length > 0) return plan;
  throw new LoadbotError('config_invalid', 'there is nothing to examine: metrics are not pushed anywhere', {
    hint: 'give --metrics_export_url, or a workload file that has metrics_export_url or metrics_export_targets',
  });
}

const SMALLEST_WORKLOAD = JSON.stringify({ connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }] });

function readQueryUrl(text: string): QueryPlace {
  const fault = httpUrlFault(text);
  if (fault !== undefined) {
    throw new LoadbotError('config_invalid', `--query_url ${fault}`, {
      hint: 'give what /api/v1/query stands under, such as http://prometheus:9090',
    });
  }
  const { url, headers } = takeCredentials(text);
  return { url, headers, proxy: environmentProxy(url) };
}

/** Examines one target after the other; returns whether all of them are sound. */
async function examineAll(plan: Plan, query: QueryPlace | undefined, io: CommandIo): Promise<boolean> {
  const screen = screenOf(process.stdout, io.env);
  const { pushTargets, labelRules, pullPort } = plan.metrics;
  let sound = 0;
  for (const target of pushTargets) {
    screen.writeLine(screen.paint('bold', redactUrl(target.url)));
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
