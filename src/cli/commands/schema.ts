import { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent schema > workload.schema.json

Then begin a workload with "$schema": "./workload.schema.json", and the editor completes and checks it. A YAML file
names it in its first line: # yaml-language-server: $schema=./workload.schema.json`;

/** `schema`: prints the JSON Schema of the workload file. */
export function schemaCommand(io: CommandIo): Command {
  return new Command('schema')
    .summary('print the JSON Schema of the workload file')
    .description('Prints the JSON Schema of the workload file, for editors and other tools.')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { printSchema } = await import('../actions/schema.ts');
      printSchema(io);
    });
}
