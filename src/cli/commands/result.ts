import { Command } from 'commander';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import type { ResultFlags } from '../actions/result.ts';
import { agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import { reportOption, VERBOSE } from '../report-options.ts';
import { kindOption } from './report.ts';

const EXAMPLES = `
Examples:
  loadbot-agent result --html report.html                      # of the last run of the agent on this machine
  loadbot-agent result --summary
  loadbot-agent result --out result.json -u 127.0.0.1:1235
  loadbot-agent result                                         # the result file, on standard output

Exit status: 0 written, 104 a report cannot be written, 1 no agent answers or no run of it is over. The verdict of the run does not
matter here: it is \`verdict\` and \`exit_status\` of the result.
`;

/** `result`: fetches the result of an agent's last run, as a file or as reports. */
export function resultCommand(io: CommandIo): Command {
  const command = new Command('result')
    .summary("fetch the result of an agent's last run")
    .description('Fetches the result of the last run of an agent that was started with start-agent.')
    .addOption(agentOption())
    .option('--out <file>', 'write the result file; - for standard output, which is where it goes without any flag');
  for (const kind of REPORT_KINDS) command.option(...kindOption(kind));
  return command
    .addOption(reportOption('the same, as run takes it; may be repeated'))
    .option('--verbose', VERBOSE)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ResultFlags) => {
      const { fetchResult } = await import('../actions/result.ts');
      await fetchResult(flags, io);
    });
}
