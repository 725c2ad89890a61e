import { COORDINATOR, openBus } from '../../compose/open-bus.ts';
import { createKeyFile } from '../../fleet/key-file.ts';
import { type FleetListing, listAgents } from '../../fleet/coordinator/listing.ts';
import { systemClock } from '../../shared/clock.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { formatCountOf } from '../../shared/units.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import type { CommandIo } from '../command-io.ts';
import type { BusFlags } from '../fleet-options.ts';
import { requireBusSettings } from '../fleet-settings.ts';
import { packageVersion } from '../../metrics/read-build.ts';

export interface FleetFlags extends BusFlags {
  readonly json?: boolean;
  readonly create_key?: string;
}

/** Lists the agents of a fleet, or creates a key; returns the exit code. */
export async function listFleet(flags: FleetFlags, io: CommandIo): Promise<number> {
  const { create_key: file } = flags;
  if (file !== undefined) {
    createKeyFile(file);
    io.stdout.write(`${file}: for run --fleet_key\n${file}.pub: for start-agent --trust\n`);
    return EXIT.ok;
  }
  const bus = await openBus(requireBusSettings(flags, io.env), COORDINATOR, systemClock(), {
    warn: (message) => void io.stderr.write(`${message}\n`),
  });
  try {
    const agents = await listAgents(bus, flags.pool, packageVersion());
    io.stdout.write(flags.json === true ? `${JSON.stringify(agents, undefined, 2)}\n` : tableOf(agents, flags.pool));
    return EXIT.ok;
  } finally {
    await bus.close();
  }
}

const COLUMNS = ['agent', 'host', 'version', 'threads', 'state', 'labels'] as const;

function tableOf(agents: readonly FleetListing[], pool: string): string {
  if (agents.length === 0) {
    return `no agents in the pool ${pool}; start one with: loadbot-agent start-agent --bus URL\n`;
  }
  const rows = agents.map(({ name, host, version, threads, state, run, labels }) => [
    name,
    host,
    version,
    String(threads),
    run === null ? state : `${state}: run ${run.slice(0, 8)}`,
    Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(' '),
  ]);
  const lines = [[...COLUMNS], ...rows].map((row) => row.map(sanitizeForTerminal));
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  const text = lines.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const idle = agents.filter(({ state }) => state === 'idle').length;
  return `${text.join('\n')}\n\n${formatCountOf(agents.length, 'agent')}, ${idle} idle\n`;
}
