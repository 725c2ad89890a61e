import { LoadClock } from '../shared/load-clock.ts';
import { type KeyObject, randomUUID } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { DRIVERS, driverOf, isDriverModule } from '../driver-catalog.ts';
import { hasPeer, requirePeer } from '../drivers/optional-peer.ts';
import { readOpenFiles, requireOpenFiles } from '../engine/open-files.ts';
import type { AgentLoad, AgentLoadRequest } from '../fleet/agent/agent-load.ts';
import { type AgentLock, FleetAgent } from '../fleet/agent/fleet-agent.ts';
import { createOpenFiles } from '../fleet/agent/agent-files.ts';
import { requireAllowedTargets } from './allowed-targets.ts';
import { decodePlan } from '../fleet/wire/plan/plan-codec.ts';
import { verifyCommand } from '../fleet/wire/command-signature.ts';
import { createSealKeyPair, unseal } from '../fleet/wire/seal.ts';
import { PROTOCOL } from '../fleet/wire/envelope.ts';
import type { SealedCommand } from '../fleet/wire/messages/command.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import type { FleetAgentSettings } from './fleet-settings.ts';
import { Refusal } from '../fleet/agent/refusal.ts';
import { openBus } from './open-bus.ts';
import type { ComposeOptions, DisposableStack } from './parts.ts';
import { createThreadGenerator } from './thread-generator.ts';
import { createRunRecord } from './watch-run.ts';

/** What the fleet agent needs of the agent that it is a part of. */
interface FleetAgentParts extends Pick<ComposeOptions, 'clock' | 'log' | 'build'> {
  /** Name of the agent. */
  readonly name: string;
  readonly lock: AgentLock;
  /** Exports the agent's part of a run until the returned function is called. */
  readonly showRun: (record: RunRecord) => () => void;
}

/**
 * Joins a fleet: from then on, coordinators can reserve this agent.
 * @throws {LoadbotError} when the bus cannot be reached
 */
export async function openFleetAgent(
  settings: FleetAgentSettings,
  parts: FleetAgentParts,
  closers: DisposableStack,
): Promise<FleetAgent> {
  const { name, lock, clock, log, build } = parts;
  const bus = await openBus(settings.bus, name, clock, log);
  closers.push(() => bus.close());
  const keys = createSealKeyPair();
  const incarnation = randomUUID();
  const agent = new FleetAgent({
    bus,
    pool: settings.pool,
    clock,
    description: {
      name,
      incarnation,
      version: build.version,
      protocol: PROTOCOL,
      host: hostname(),
      cores: availableParallelism(),
      threads: settings.threads,
      drivers: Object.entries(DRIVERS).flatMap(([driver, entry]) => (hasPeer(entry) ? [driver] : [])),
      labels: settings.labels,
      sealKey: keys.publicKey,
    },
    lock,
    verify: (command) => requireTrusted(command, settings.trusted),
    readPlan: (sealed, run) => {
      const plan = decodePlan(unseal(sealed, keys, { run, agent: name, incarnation }), createOpenFiles(settings.files));
      requireAllowedTargets(plan, settings.allowedTargets);
      requireOwnDriver(plan);
      return plan;
    },
    openLoad: (request) => openAgentLoad(request, settings, parts),
    log: (message) => log.info(`fleet: ${message}`),
  });
  closers.push(() => agent.close());
  return agent;
}

/** @throws {Refusal} when a command is not signed with a trusted key; without keys, all are trusted */
function requireTrusted({ address, payload, signature }: SealedCommand, trusted: readonly KeyObject[]): void {
  if (trusted.length === 0 || trusted.some((key) => verifyCommand(key, address, payload, signature))) return;
  const what = signature === undefined ? 'is not signed' : 'is signed with a key that the agent does not trust';
  throw new Refusal(
    'signature',
    `the command ${what}`,
    "run with the --fleet_key whose public key is the agent's --trust",
  );
}

/** @throws {Refusal} for a plan whose driver is a module: a received plan must not load code */
function requireOwnDriver({ target, jobs }: Plan): void {
  if (jobs.some((job) => sendsRequests(job) && job.functions !== undefined)) {
    throw new Refusal('plan', 'the plan has functions, which agents of a fleet do not load', 'run without a fleet');
  }
  if (!isDriverModule(target)) return;
  throw new Refusal(
    'plan',
    'the driver of the plan is a module, which agents of a fleet do not load',
    'run without a fleet',
  );
}

async function openAgentLoad(
  { plan: sent, places, phaseNames, onFailure }: AgentLoadRequest,
  { exportsRuns, allowLinkLocal, allowedFolders }: FleetAgentSettings,
  { name, clock, log, showRun }: FleetAgentParts,
): Promise<AgentLoad> {
  const plan = { ...sent, agent: name, threads: places.length, allowLinkLocal, allowedFolders };
  requirePeer(driverOf(plan.target));
  requireOpenFiles(plan, places, readOpenFiles());
  const record = createRunRecord(plan, phaseNames, clock);
  const generator = createThreadGenerator(plan, places, { clock, log });
  const phases = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const units = await generator.open({
    plan,
    record,
    loadClock: new LoadClock(clock),
    phases,
    phaseNames,
    onFailure,
    abort: () => {},
    openHeapAccount: () => undefined,
  });
  const hide = exportsRuns ? showRun(record) : () => {};
  return {
    units,
    record,
    validity: generator.validity,
    phases: new Int32Array(phases),
    floor: () => generator.floor(),
    close: async () => {
      hide();
      record.end();
      await generator.close();
    },
  };
}
