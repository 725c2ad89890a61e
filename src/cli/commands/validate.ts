import { Command } from 'commander';
import { formatCount } from '../../core/units.ts';
import type { CommandIo } from '../command-io.ts';
import { localSourcesOption } from '../metrics-options.ts';
import { listPlan } from '../plan-listing.ts';
import { chooseSource, planWorkload, type SourceOptions } from '../workload-source.ts';

interface ValidateOptions extends SourceOptions {
  readonly allow_local_sources?: boolean;
}

const EXAMPLES = `
Examples:
  loadbot-agent validate load.jsonc
  loadbot-agent validate -f load.yaml
  generate-workload | loadbot-agent validate --stdin

Exit code 104 when the file is not valid; every problem is listed at once.`;

/** `validate FILE`: checks a workload file and shows what it would do. */
export function validateCommand(io: CommandIo): Command {
  return new Command('validate')
    .summary('check a workload file and show its plan')
    .description('Checks a workload file, with every problem at once, and shows what it would do. Sends nothing.')
    .argument('[file]', 'workload file: JSON with comments, or YAML; - for standard input')
    .option('-f, --config-file <path>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input')
    .addOption(localSourcesOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: ValidateOptions) => {
      const overrides = { allowLocalSources: options.allow_local_sources };
      const { workload, plan } = await planWorkload(chooseSource(file, options), overrides, io);
      const jobs = `${formatCount(plan.jobs.length)} job${plan.jobs.length === 1 ? '' : 's'}`;
      io.stdout.write(`${[`ok: ${workload.source}: ${jobs}`, ...listPlan(plan)].join('\n')}\n`);
    });
}
