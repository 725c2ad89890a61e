import { Command } from 'commander';
import { FLAGS } from '../../workload/flags.ts';
import type { CommandIo } from '../command-io.ts';
import { addPlanOptions } from '../plan-options.ts';
import { addUrlOptions } from '../url-flags.ts';
import type { InputFlags } from '../workload-input.ts';

const EXAMPLES = `
Examples:
  loadbot-agent validate load.jsonc
  loadbot-agent validate -f load.yaml
  loadbot-agent validate load.jsonc --environment staging --param RATE=200/s
  loadbot-agent validate http://127.0.0.1:8080/search -c 50 --pace 500
  generate-workload | loadbot-agent validate --stdin

Exit status: 0 the workload is valid, 104 it is not; every problem is listed at once.`;

/** `validate FILE`: checks a workload file and shows its plan. */
export function validateCommand(io: CommandIo): Command {
  const command = new Command('validate')
    .summary('check a workload file and show its plan')
    .description('Checks a workload file, reports every problem at once, and shows its plan. Sends nothing.')
    .argument('[file]', 'workload file: JSON with comments, or YAML; - for standard input; or a URL')
    .option('-f, --config-file <path>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input');
  return addPlanOptions(addUrlOptions(command), FLAGS)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: InputFlags) => {
      const { validateWorkload } = await import('../actions/validate.ts');
      await validateWorkload(file, flags, io);
    });
}
