import { DEFAULT_AGENT_PORT } from '../../agent/agent-uri.ts';
import { openAgent } from '../../compose/open-agent.ts';
import { processMetricsOf } from '../../compose/services.ts';
import { systemClock } from '../../shared/clock.ts';
import { readRevision } from '../../metrics/agent-families.ts';
import type { PlanOverrides } from '../../workload/flags.ts';
import { parameterVariables } from '../../workload/features/parameters.ts';
import { loadProgress } from '../../reports/terminal/progress.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import { summaryReport } from '../../reports/terminal/summary.ts';
import { chooseSource, isSourceGiven, type SourceOptions, readWorkload } from '../workload-source.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { type ControlFlags, readControlAccess } from '../control-options.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { type LogFlags, openLog } from '../log-options.ts';
import { planSettings } from '../../planning/plan-workload.ts';
import { ThreadPlanner } from '../../planning/plan-in-thread.ts';
import { createThreadRenderer } from '../../planning/render-in-thread.ts';
import { requireDelivery } from '../../agent/required-delivery.ts';
import { Signals } from '../signals.ts';
import type { FleetAgentFlags } from '../fleet-options.ts';
import { openRunStore } from '../open-run-store.ts';
import type { RunStoreFlags } from '../run-store-options.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { watchConfig } from '../watch-config.ts';
import { readBuild } from '../../metrics/read-build.ts';

export interface StartAgentFlags
  extends SourceOptions, Omit<PlanOverrides, 'threads'>, LogFlags, FleetAgentFlags, ControlFlags, RunStoreFlags {
  readonly verbose?: boolean;
  readonly allow_files?: readonly string[];
  readonly watch_config?: boolean;
}

/** From the signal to the last delivery: well below the 30 s that supervisors wait. */
const END_WITHIN_MS = 12_000;
/** Minimum time for the last delivery, however long the run took to end. */
const LEAST_DELIVERY_MS = 2000;

/** Placeholder workload of an agent without a file: its settings come from the flags. */
const NOTHING = { text: '{}', source: 'stdin' };

/** Runs a long-running agent until a signal; returns the exit code. */
export async function runAgent(given: StartAgentFlags, io: CommandIo, exit: Exit): Promise<number> {
  const fleet =
    given.bus === undefined ? undefined : (await import('../fleet-settings.ts')).readFleetAgentSettings(given, io.env);
  if (given.watch_config === true && given.configFile === undefined) {
    throw new LoadbotError('config_invalid', '--watch_config needs a file', { hint: 'name it: -f FILE' });
  }
  const access = await readControlAccess(given, io.env);
  // Load threads of runs of the control API are a field of their workloads.
  const { threads: _, ...flags } = given;
  const workload = isSourceGiven(undefined, flags) ? await readWorkload(chooseSource(undefined, flags), io) : undefined;
  // Without a file, parameters and environment are for workloads that the agent receives.
  const settingFlags = workload === undefined ? { ...flags, param: undefined, environment: undefined } : flags;
  const { settings: planned, hasJobs } = await planSettings(workload ?? NOTHING, settingFlags, io);
  const settings = { ...planned, controlPort: planned.controlPort ?? DEFAULT_AGENT_PORT };

  // A workload received over the control API only defines jobs; the settings stay the agent's own. It is untrusted, and the main
  // thread serves metrics and control, so a planning thread parses it.
  const { allow_local_sources, allow_drivers, allow_functions, allow_link_local } = flags;
  const own = { name: settings.agent, allow_local_sources, allow_drivers, allow_functions, allow_link_local };
  // Parameters and environment of the command line are variables: a workload without them is not an error.
  const environment = flags.environment === undefined ? {} : { LOADBOT_ENVIRONMENT: flags.environment };
  const env = { ...io.env, ...parameterVariables(flags.param ?? []), ...environment };
  const planner = new ThreadPlanner({ overrides: own, env, allowedFolders: flags.allow_files ?? [] });
  const clock = systemClock();
  const debug = { on: flags.logLevel === 'debug' };
  const errors = openTerminal(process.stderr, io.env);
  const log = openLog(flags, errors, clock, debug);
  const nowMs = (): number => performance.now();
  const progress = await loadProgress({ screen: errors, log, logFormat: flags.logFormat, quiet: false, nowMs });
  const { agent, close } = await openAgent(settings, {
    build: readBuild(),
    revision: readRevision(io.env),
    processMetrics: await processMetricsOf(settings),
    clock,
    log,
    debug,
    access,
    fleet,
    allowedTargets: flags.allow_targets ?? [],
    render: createThreadRenderer(),
    plan: (sent) => planner.plan(sent),
    check: (sent) => planner.check(sent),
    runs: await openRunStore(given, settings.agent, io.env, log),
    reports: () => [
      progress(),
      ...(flags.logFormat === 'json'
        ? []
        : [summaryReport(openTerminal(process.stdout, io.env), { verbose: flags.verbose ?? false })]),
    ],
  });
  if (workload !== undefined && hasJobs) await agent.configure({ ...workload, isOwn: true });
  const unwatch =
    workload !== undefined && given.watch_config === true
      ? watchConfig({ agent, first: workload, log, read: () => readWorkload(workload.source, io) })
      : undefined;
  log.info(`agent ${settings.agent} is idle; start a run with: loadbot-agent start`);

  const signals = new Signals(() => exit.now(EXIT.stoppedBySignal));
  await new Promise<void>((resolve) => signals.stop({ stop: resolve, kill: () => agent.kill() }, log));
  unwatch?.();
  const endedMs = clock.nowMs() + END_WITHIN_MS;
  await agent.retire();
  const deliveries = await close(Math.max(LEAST_DELIVERY_MS, endedMs - clock.nowMs()));
  if (settings.metrics.requireDelivery) requireDelivery(deliveries);
  return EXIT.ok;
}
