import { Command } from 'commander';
import { DRIVERS } from '../../driver-catalog.ts';
import type { DriverEntry } from '../../drivers/driver-entry.ts';
import type { CalibrateFlags } from '../actions/calibrate.ts';
import type { CommandIo, Exit } from '../command-io.ts';

/** The simplest request to each kind of target, one a line. */
const PROBES = Object.values<DriverEntry & { readonly probe: object }>(DRIVERS)
  .filter(({ isBuiltIn }) => isBuiltIn !== true)
  .map(({ schemes, requestLanguage, probe }) => {
    const names = schemes.map((scheme) => scheme.slice(0, -1)).join(', ');
    const request = requestLanguage === 'http' ? 'GET of the URL, query included' : plainText(Object.values(probe)[0]);
    return `  ${names.padEnd(24)}${request}`;
  })
  .join('\n');

/** Text as it is, an object as JSON with blanks. */
function plainText(request: unknown): string {
  return typeof request === 'string' ? request : JSON.stringify(request, undefined, 1).replaceAll(/\s+/g, ' ');
}

const HELP = `
Without a target it starts a server that answers every request at once: the result is then the cost of this machine, this
Node and this agent. A target receives the highest load that this machine can send, of the simplest request:
${PROBES}

Floor: the latency of a light load of 400 requests a second. Knee: the highest sustained rate: 99 % of it is achieved, and
99 % of the requests start at most 5 ms after their intended start.

Examples:
  loadbot-agent calibrate
  loadbot-agent calibrate --threads 2 --duration 1m
  loadbot-agent calibrate http://staging:8080/health
  loadbot-agent calibrate --json calibration.json      # keep it beside the results that were measured here

Exit status: 0 done, 104 invalid flags, 105 stopped by a signal, 112 this machine is too busy with other work,
1 anything else.
`;

/** `calibrate [TARGET]`: measures the latencies and rates that this machine can measure. */
export function calibrateCommand(io: CommandIo, exit: Exit): Command {
  return new Command('calibrate')
    .summary('measure the lowest latency and the highest rate that this machine can measure')
    .description(
      'Measures the latency that this machine, this Node and this agent add, and the highest rate that they sustain.',
    )
    .argument('[target]', 'URL to calibrate against instead of a server that does nothing; it gets full load')
    .option('--duration <duration>', 'approximate duration, from 2s', '20s')
    .option('--threads <number>', 'load threads', '1')
    .option('--connections <number>', 'connections for the highest rates', '50')
    .option('--json <file>', 'write it as JSON; - for standard output')
    .addHelpText('after', HELP)
    .action(async (target: string | undefined, flags: CalibrateFlags) => {
      const { calibrateMachine } = await import('../actions/calibrate.ts');
      exit.with(await calibrateMachine(target, flags, io, exit));
    });
}
