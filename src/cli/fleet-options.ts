import { InvalidArgumentError, type Command, Option } from 'commander';
import type { AgentDemand } from '../fleet/coordinator/selection.ts';
import { parseDuration } from '../shared/units.ts';
import { collect } from './plan-options.ts';

/** Flags of every command that uses a bus. */
export interface BusFlags {
  readonly bus?: string;
  readonly pool: string;
}

/** Flags of `run` for a fleet. */
export interface FleetRunFlags extends BusFlags {
  readonly agents?: readonly AgentDemand[];
  readonly agents_within: number;
  readonly on_lost: 'stop' | 'continue';
  readonly fleet_key?: string;
}

/** Flags of `start-agent` for a fleet. */
export interface FleetAgentFlags extends BusFlags {
  readonly threads?: number;
  readonly agent_label?: readonly string[];
  readonly trust?: readonly string[];
  readonly allow_targets?: readonly string[];
  readonly allow_files?: readonly string[];
  readonly allow_link_local?: boolean | undefined;
  readonly files?: readonly string[];
  readonly agent_metrics?: boolean;
}

const DEFAULT_POOL = 'default';
const DEFAULT_WITHIN_MS = 30_000;
const MOST_AGENTS = 10_000;
const MOST_THREADS = 256;

/** Adds the flags of the connection to a bus. */
export function addBusOptions(command: Command): Command {
  return command
    .addOption(new Option('--bus <url>', 'NATS server of the fleet: nats://HOST:4222, tls://HOST').env('LOADBOT_BUS'))
    .addOption(new Option('--pool <name>', 'agents and runs of one pool find each other').default(DEFAULT_POOL));
}

/** Adds the flags of a run on a fleet. */
export function addFleetRunOptions(command: Command): Command {
  command.addOption(
    new Option('--agents <demand>', 'run on so many agents of the bus: 8, or region=eu:4,region=us:4').argParser(
      parseDemands,
    ),
  );
  return addBusOptions(command)
    .addOption(
      new Option('--agents_within <duration>', 'how long to wait for free agents')
        .default(DEFAULT_WITHIN_MS, '30s')
        .argParser(parseWithin),
    )
    .addOption(
      new Option('--on_lost <policy>', 'what a lost agent does to the run')
        .choices(['stop', 'continue'])
        .default('stop'),
    )
    .option('--fleet_key <file>', 'private key that signs commands to agents with --trust');
}

/** Adds the flags of an agent that joins a fleet. */
export function addFleetAgentOptions(command: Command): Command {
  command.addOption(
    new Option('--threads <number>', 'load threads for runs of the fleet (default: 1)').argParser(parseThreads),
  );
  return addBusOptions(command)
    .option('--agent_label <name=value>', 'label that runs may ask for; may be repeated', collect)
    .option('--trust <file>', 'public key of a coordinator; others are refused; may be repeated', collect)
    .option('--files <folder>', 'folder with copies of large files that workloads name; may be repeated', collect)
    .option('--agent_metrics', "export this agent's part of a fleet's run, too");
}

/** Parses `8`, or `region=eu:4,region=us:4`. */
function parseDemands(text: string): readonly AgentDemand[] {
  return text.split(',').map((part) => {
    const [, name, value, count = part] = /^([^=:]+)=([^:]+):(\d+)$/.exec(part) ?? [];
    const label = name === undefined || value === undefined ? undefined : { name, value };
    if (!/^\d+$/.test(count) || Number(count) < 1 || Number(count) > MOST_AGENTS) {
      throw new InvalidArgumentError(
        `A number from 1 to ${MOST_AGENTS} is expected, or several with a label each, such as region=eu:4,region=us:4.`,
      );
    }
    return { count: Number(count), label };
  });
}

function parseWithin(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('A duration is expected, such as 30s.');
}

function parseThreads(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_THREADS) return Number(text);
  throw new InvalidArgumentError(`A whole number from 1 to ${MOST_THREADS} is expected.`);
}
