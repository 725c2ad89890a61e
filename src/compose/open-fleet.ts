import type { RunHandle } from '../agent/opened-run.ts';
import type { Bus } from '../fleet/bus/bus.ts';
import type { Sign } from '../fleet/coordinator/commander.ts';
import { Fleet } from '../fleet/coordinator/fleet.ts';
import { recruitAgents } from '../fleet/coordinator/recruit.ts';
import { COORDINATOR, openBus } from './open-bus.ts';
import { signCommand } from '../fleet/wire/command-signature.ts';
import { seal } from '../fleet/wire/seal.ts';
import { findLargeFiles } from '../fleet/coordinator/large-files.ts';
import { encodePlan } from '../fleet/wire/plan/plan-codec.ts';
import type { Plan } from '../plan/plan.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { readRegularFile } from '../shared/read-file.ts';
import { formatCountOf } from '../shared/units.ts';
import type { FleetSettings } from './fleet-settings.ts';
import type { ComposeOptions, DisposableStack } from './parts.ts';
import { requireTransportable } from './require-transportable.ts';

/** Time without an acknowledged message after which an agent leaves a run, in milliseconds. */
const LEASE_MS = 10_000;

/**
 * Finds and reserves the agents of a run.
 * @throws {LoadbotError} when the plan cannot run on a fleet, the bus cannot be reached, or there are too few agents
 */
export async function openFleet(
  plan: Plan,
  settings: FleetSettings,
  run: RunHandle,
  { clock, log, build }: ComposeOptions,
  closers: DisposableStack,
): Promise<Fleet> {
  requireTransportable(plan);
  const large = findLargeFiles(plan, readPlanFile);
  const bus: Bus = await openBus(settings.bus, COORDINATOR, clock, log);
  closers.push(() => bus.close());
  const { key } = settings;
  const sign: Sign = (address, payload) => key && signCommand(key, address, payload);
  const warn = (message: string): void => log.warn(message);
  let encoded: Uint8Array | undefined;
  const fleet = new Fleet({
    bus,
    clock,
    run: plan.runId,
    onLost: settings.onLost,
    leaseMs: LEASE_MS,
    seal: (effective, { hello }) => {
      encoded ??= encodePlan(planForAgents(effective), large);
      return seal(encoded, hello.sealKey, { run: plan.runId, agent: hello.name, incarnation: hello.incarnation });
    },
    warn,
  });
  closers.push(() => fleet.close());
  const recruits = await recruitAgents({
    bus,
    clock,
    run: plan.runId,
    version: build.version,
    pool: settings.pool,
    demands: settings.demands,
    withinMs: settings.withinMs,
    leaseMs: LEASE_MS,
    driver: plan.target.driver,
    sign,
    isCanceled: () => run.state !== 'running',
    warn,
  });
  fleet.join(recruits);
  const threads = recruits.reduce((sum, { hello }) => sum + hello.threads, 0);
  log.info(`fleet: ${formatCountOf(recruits.length, 'agent')} with ${formatCountOf(threads, 'load thread')}`);
  return fleet;
}

/** @throws {UnusableFileError} and errors of Node's `readFileSync` */
function readPlanFile(path: string): Buffer {
  return readRegularFile(path, WORKLOAD_LIMITS.recordedLogBytes);
}

/** The part of a plan that agents need: no access to metrics, sources and Grafana. */
function planForAgents(plan: Plan): Plan {
  const metrics = { ...plan.metrics, pushTargets: [], pullPort: undefined };
  return {
    ...plan,
    metrics,
    sources: [],
    files: [],
    thresholds: [],
    grafana: undefined,
    controlPort: undefined,
    asRun: null,
  };
}
