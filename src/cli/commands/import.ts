import { Argument, Command, InvalidArgumentError } from 'commander';
import type { ImportFlags } from '../actions/import.ts';
import { IMPORT_FORMATS, type ImportFormat } from '../../imports/formats.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Formats:
${Object.entries(IMPORT_FORMATS)
  .map(([name, { title }]) => `  ${name.padEnd(11)} ${title}`)
  .join('\n')}

Examples:
  loadbot-agent import har shop.har > load.jsonc
  loadbot-agent import curl - < command.txt > load.jsonc
  loadbot-agent import openapi openapi.yaml --connection_string http://127.0.0.1:8080 > load.jsonc
  loadbot-agent import postman collection.json > load.jsonc
  loadbot-agent import vegeta targets.txt --limit 20 > load.jsonc
  loadbot-agent import artillery load-test.yml > load.jsonc
  loadbot-agent import access_log access.log --connection_string http://127.0.0.1:8080 > load.jsonc

Secrets are not written: cookies, tokens and keys become variables such as \${COOKIE}, which comments at the top of the
file list, with everything that was left out. Then check, edit and run it: loadbot-agent validate load.jsonc
`;

function limit(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number from 1 to 9999 is expected.');
}

/** `import FORMAT FILE`: prints a workload file made of a file of another tool. */
export function importCommand(io: CommandIo): Command {
  return new Command('import')
    .summary('make a workload file from curl, HAR, OpenAPI, Postman, Artillery, ...')
    .description('Prints a workload file with the requests of a file of another tool. Sends nothing.')
    .addArgument(new Argument('<format>', 'format of the file').choices(Object.keys(IMPORT_FORMATS)))
    .argument('<file>', 'the file; - for standard input')
    .option('--connection_string <url>', 'the target, instead of the recorded one')
    .option('--host <host:port>', 'import the requests to this host (default: the host with the most requests)')
    .option('--include_static', 'also import images, scripts, style sheets and fonts')
    .option('--limit <number>', 'largest number of different requests; the most frequent are kept', limit, 100)
    .addHelpText('after', EXAMPLES)
    .action(async (format: ImportFormat, file: string, flags: ImportFlags) => {
      const { importFile } = await import('../actions/import.ts');
      await importFile(format, file, flags, io);
    });
}
