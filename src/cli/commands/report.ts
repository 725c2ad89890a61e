import { Command } from 'commander';
import { FILE_REPORTS, REPORT_KINDS, type ReportKind } from '../../reports/report-kinds.ts';
import type { ReportFlags } from '../actions/report.ts';
import type { CommandIo } from '../command-io.ts';
import { reportOption, VERBOSE } from '../report-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent run load.jsonc --out result.json
  loadbot-agent report result.json                             # the summary that run printed
  loadbot-agent report result.json --html report.html --junit report.xml
  loadbot-agent report result.json --csv -                     # on standard output

Exit status: 0 written, 104 no such result or no such report, 1 anything else. Whether thresholds held does not matter here.
`;

/** `report FILE`: renders a result file as any of the other reports. */
export function reportCommand(io: CommandIo): Command {
  const command = new Command('report')
    .summary('make reports from a result file')
    .description(
      'Makes reports from a result file of run --out or --report json=FILE. Without flags, prints its summary.',
    )
    .argument('<file>', 'the result file; - for standard input');
  for (const kind of REPORT_KINDS) command.option(...kindOption(kind));
  return command
    .addOption(reportOption('write a report, as with run; may be repeated'))
    .option('--verbose', VERBOSE)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: ReportFlags) => {
      const { makeReports } = await import('../actions/report.ts');
      await makeReports(file, flags, io);
    });
}

/** Flag and description of a report. */
export function kindOption(kind: ReportKind): readonly [flag: string, description: string] {
  const { content } = FILE_REPORTS[kind];
  if (kind === 'summary') return ['--summary [file]', `print ${content}, or write it into a file`];
  return [`--${kind} <file>`, `write ${content}; - for standard output`];
}
