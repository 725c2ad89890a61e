import { Command } from 'commander';
import { LOAD_FLAGS, METRICS_FLAGS } from '../../workload/flags.ts';
import type { DoctorFlags } from '../actions/doctor.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { addPlanOptions } from '../plan-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent doctor --metrics_export_url http://victoria-metrics:8428/api/v1/import/prometheus
  loadbot-agent doctor --metrics_export_url http://prometheus:9090/api/v1/write
  loadbot-agent doctor --metrics_export_url http://pushgateway:9091/metrics/job/loadbot
  loadbot-agent doctor --metrics_export_url http://collector:4318/v1/metrics --query_url http://prometheus:9090
  loadbot-agent doctor --metrics_export_url http://vminsert:8480/insert/0/prometheus/api/v1/import/prometheus \\
      --query_url http://vmselect:8481/select/0/prometheus
  loadbot-agent doctor load.jsonc                  # the targets of a workload file; sends no load

Exit status: 0 the sample of every target was read back, 104 invalid flags or workload, 113 it was not, or another check of a
target failed, 1 anything else.
`;

/** `doctor`: whether metrics would arrive, and if not, why. */
export function doctorCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('doctor')
    .summary('push a sample and read it back, to check that metrics arrive')
    .description(
      'Pushes one sample to each target as a run would, reads it back, reports problems with their remedies, and deletes the sample again where that is possible.',
    )
    .argument('[file]', 'workload file whose targets to examine; - for standard input')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input');
  addPlanOptions(command, LOAD_FLAGS).option(
    '--query_url <url>',
    'base URL of /api/v1/query to read the sample back (default: beside the path of the push)',
  );
  return addPlanOptions(command, METRICS_FLAGS)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: DoctorFlags) => {
      const { examineTargets } = await import('../actions/doctor.ts');
      exit.with(await examineTargets(file, flags, io));
    });
}
