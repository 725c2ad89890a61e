import { Command, InvalidArgumentError, Option } from 'commander';
import { CONCLUSION_FLAGS, LOAD_FLAGS, METRICS_FLAGS } from '../../workload/flags.ts';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import type { RunFlags } from '../actions/run.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { addLogOptions } from '../log-options.ts';
import { addControlOptions } from '../control-options.ts';
import { addFleetRunOptions } from '../fleet-options.ts';
import { addPlanOptions } from '../plan-options.ts';
import { reportOption, VERBOSE } from '../report-options.ts';
import { Signals } from '../signals.ts';
import { addUrlOptions } from '../url-flags.ts';

const EXAMPLES = `
Examples:
  loadbot-agent run load.jsonc
  loadbot-agent run http://127.0.0.1:8080/search?q=x -c 50 -d 10s --pace 500
  loadbot-agent run http://127.0.0.1:8080/orders -n 1000 -X PUT -H "content-type: text/csv" --body @orders.csv
  loadbot-agent run http://127.0.0.1:8080/search -c 50 --print_workload
  loadbot-agent run load.jsonc --metrics_export_port 9095          # scrape http://127.0.0.1:9095/metrics
  loadbot-agent run load.yaml --metrics_export_url http://victoria-metrics:8428/api/v1/import/prometheus
  loadbot-agent run load.yaml --metrics_export_url http://pushgateway:9091/metrics/job/loadbot --label team=shop
  LOADBOT_METRICS_EXPORT_BEARER_TOKEN=... loadbot-agent run load.yaml --require_delivery \\
      --metrics_export_url https://prometheus.example.com/api/v1/write --metrics_export_header "X-Scope-OrgID: load"
  loadbot-agent run load.jsonc --connection_string http://staging:8080 --out result.json --quiet
  loadbot-agent run load.jsonc --environment staging --param RATE=200/s
  loadbot-agent run load.jsonc --report html=report.html,junit=report.xml,json=result.json
  loadbot-agent run load.jsonc --allow_invalid                     # on a laptop that runs other programs
  LOADBOT_GRAFANA_TOKEN=... loadbot-agent run load.jsonc --grafana_url https://grafana.example.com
  loadbot-agent run load.jsonc --port 1234                         # then: loadbot-agent status, progress, stop
  loadbot-agent run load.jsonc --agents 8 --bus nats://127.0.0.1:4222   # on the agents of a fleet
  generate-load | loadbot-agent run --stdin

Rate, duration and connections are fields of the jobs in the workload file: \`pace\`, \`duration\`, \`connections\`.
docs/workload.md lists all fields.

Exit status: 0 passed, 99 a threshold failed, wait_for timed out or abort_when held, 104 invalid workload or flags,
105 stopped by a signal or by loadbot-agent stop, 112 the run is invalid (unless --allow_invalid), 113 metrics were not
delivered (with --require_delivery), 114 too few agents were free (with --agents), 1 any other failure. If several apply, the order of precedence is 1, 105, 112, 99, 113.
After the first Ctrl-C or signal, requests in flight may finish (\`drain\`, 5 s by default), and the run ends within 10 s more;
the second ends it at once. Both report the results so far. With --out, the file is updated each second from the start.
`;

function retries(text: string): number {
  if (/^\d$|^10$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number from 0 to 10 is expected.');
}

/** `run FILE`: runs a workload once and exits. */
export function runCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('run')
    .description('run a workload once and exit')
    .argument('[file]', 'workload file: JSON with comments, or YAML; - for standard input; or a URL')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input');
  // `-n` is the number of requests beside a URL.
  addPlanOptions(addUrlOptions(command), LOAD_FLAGS, {}, ['name']);
  addLogOptions(addPlanOptions(command, METRICS_FLAGS))
    .option('-o, --out <file>', 'write the result as JSON, updated during the run; - for standard output')
    .addOption(reportOption(`write a report: ${REPORT_KINDS.join(', ')}; several with commas, or repeated`));
  addControlOptions(addFleetRunOptions(command));
  return addPlanOptions(command, CONCLUSION_FLAGS)
    .addOption(
      new Option(
        '--retry_invalid <number>',
        'repeat an invalid run, at most this many times; files hold the last run (default: 0)',
      ).argParser(retries),
    )
    .option('--verbose', VERBOSE)
    .option('-q, --quiet', 'no progress; the summary and warnings are still printed')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: RunFlags) => {
      // Before anything is loaded or read, which takes a while: a signal then ends the run as soon as there is one.
      const signals = new Signals(() => exit.now(EXIT.stoppedBySignal));
      try {
        const { runWorkload } = await import('../actions/run.ts');
        exit.with(await runWorkload(file, flags, io, signals));
      } finally {
        signals.release();
      }
    });
}
