import { Command } from 'commander';
import type { GenerateConfigFlags } from '../actions/generate-config.ts';
import type { CommandIo } from '../command-io.ts';
import { collect } from '../plan-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent generate-config                                # asks in the terminal, writes load.jsonc
  loadbot-agent generate-config --url http://127.0.0.1:8080/search?q=a --rate 200 --duration 1m --out load.jsonc
  loadbot-agent generate-config --url postgres://me@db/shop --job mixed --threshold 'p(99) < 50ms' --out -

A password in the URL is not written: the variable TARGET_PASSWORD stands for it.
`;

/** `generate-config`: writes a commented workload file. */
export function generateConfigCommand(io: CommandIo): Command {
  return new Command('generate-config')
    .summary('write a workload file, asking for its target and load')
    .description('Writes a valid workload file with comments. Without --url, it asks in the terminal.')
    .option('--url <url>', 'the target: an HTTP URL with its path, or the connection string of a database')
    .option('--job <kind>', 'get or post for HTTP; write, read or mixed for databases (default: the first)')
    .option('--rate <number>', 'requests per second, such as 200 (default: as fast as possible)')
    .option('--connections <number>', 'connections (default: 10)')
    .option('--duration <time>', 'duration, such as 30s or 5m (default: 30s)')
    .option('--threshold <text>', 'limit that the run has to meet, such as "p(99) < 200ms"; may be repeated', collect)
    .option('--metrics_export_port <port>', 'port that Prometheus scrapes')
    .option('--metrics_export_url <url>', 'URL that metrics are pushed to')
    .option('--out <file>', 'file to write; - for standard output (default: load.jsonc)')
    .option('--force', 'overwrite the file')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: GenerateConfigFlags) => {
      const { generateConfig } = await import('../actions/generate-config.ts');
      await generateConfig(flags, io);
    });
}
