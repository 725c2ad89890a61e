import { Command } from 'commander';
import { addBusOptions } from '../fleet-options.ts';
import type { FleetFlags } from '../actions/fleet.ts';
import type { CollectFlags } from '../actions/collect.ts';
import type { CommandIo, Exit } from '../command-io.ts';

const FLEET_EXAMPLES = `
Examples:
  loadbot-agent fleet --bus nats://127.0.0.1:4222
  LOADBOT_BUS=nats://127.0.0.1:4222 loadbot-agent fleet --json
  loadbot-agent fleet --create_key coordinator.key

Agents join a fleet with start-agent --bus; run --agents uses them.
`;

const COLLECT_EXAMPLES = `
Examples:
  loadbot-agent collect 4f9e1c1e-5b6c-4d50-93c4-0f1a3c1d2e5b --bus nats://127.0.0.1:4222 --out result.json

The bus must keep messages (nats-server --jetstream). Agents keep their counts there when their coordinator is gone.
`;

/** `fleet`: lists the agents of a bus. */
export function fleetCommand(io: CommandIo, exit: Exit): Command {
  return addBusOptions(new Command('fleet').description('list the agents of a fleet'))
    .option('--json', 'as JSON')
    .option(
      '--create_key <file>',
      'create the key of a coordinator: FILE for run --fleet_key, FILE.pub for start-agent --trust',
    )
    .addHelpText('after', FLEET_EXAMPLES)
    .action(async (flags: FleetFlags) => {
      const { listFleet } = await import('../actions/fleet.ts');
      exit.with(await listFleet(flags, io));
    });
}

/** `collect RUN`: merges the counts that agents kept of a run whose coordinator is gone. */
export function collectCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('collect')
    .description('merge the counts of a run whose coordinator is gone')
    .argument('<run>', 'id of the run, as in its log');
  return addBusOptions(command)
    .option('-o, --out <file>', 'write the result as JSON; - for standard output')
    .addHelpText('after', COLLECT_EXAMPLES)
    .action(async (run: string, flags: CollectFlags) => {
      const { collectRun } = await import('../actions/collect.ts');
      exit.with(await collectRun(run, flags, io));
    });
}
