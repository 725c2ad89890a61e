import { type NatsSettings, readNatsSettings } from '../fleet/bus/nats-settings.ts';
import { readPrivateKeyFile, readPublicKeyFile } from '../fleet/key-file.ts';
import type { FleetAgentSettings, FleetSettings } from '../compose/fleet-settings.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { type Diagnostic, LoadbotError } from '../shared/errors.ts';
import { requireInside } from '../shared/file-access.ts';
import { readRegularFile } from '../shared/read-file.ts';
import { restoreFile } from '../workload/restore-file.ts';
import type { BusFlags, FleetAgentFlags, FleetRunFlags } from './fleet-options.ts';

/**
 * Reads the settings of a run on a fleet; `undefined` without `--agents`.
 * @throws {LoadbotError} `config_invalid`, with all problems
 */
export function readFleetSettings(flags: FleetRunFlags, env: NodeJS.ProcessEnv): FleetSettings | undefined {
  const { agents: demands, pool, agents_within: withinMs, on_lost: onLost, fleet_key: keyFile } = flags;
  if (demands === undefined) return undefined;
  const problems: Diagnostic[] = [];
  const bus = readBusSettings(flags, env, problems);
  const key = keyFile === undefined ? undefined : attempt(() => readPrivateKeyFile(keyFile, '--fleet_key'), problems);
  if (bus === undefined || problems.length > 0) throw invalid(problems);
  return { bus, pool, demands, withinMs, onLost, key };
}

/**
 * Reads the settings of an agent that joins a fleet; `undefined` without `--bus`.
 * @throws {LoadbotError} `config_invalid`, with all problems
 */
export function readFleetAgentSettings(flags: FleetAgentFlags, env: NodeJS.ProcessEnv): FleetAgentSettings | undefined {
  if (flags.bus === undefined) return undefined;
  const problems: Diagnostic[] = [];
  const bus = readBusSettings(flags, env, problems);
  const trusted = (flags.trust ?? []).map((file) => attempt(() => readPublicKeyFile(file, '--trust'), problems));
  const labels = (flags.agent_label ?? []).map((text) => {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      problems.push({ path: '--agent_label', message: `"${text}" is not name=value`, hint: 'such as region=eu' });
    }
    return [name ?? '', value ?? ''] as const;
  });
  if (bus === undefined || problems.length > 0) throw invalid(problems);
  return {
    bus,
    pool: flags.pool,
    threads: flags.threads ?? 1,
    labels: Object.fromEntries(labels),
    trusted: trusted.filter((key) => key !== undefined),
    allowedTargets: flags.allow_targets ?? [],
    allowLinkLocal: flags.allow_link_local ?? false,
    allowedFolders: flags.allow_files,
    files: {
      folders: flags.files ?? [],
      readFile: (path) => {
        requireInside(path, flags.allow_files && [...flags.allow_files, ...(flags.files ?? [])]);
        return readRegularFile(path, WORKLOAD_LIMITS.recordedLogBytes);
      },
      restore: restoreFile,
    },
    exportsRuns: flags.agent_metrics ?? false,
  };
}

/**
 * Reads the connection of a command to its bus.
 * @throws {LoadbotError} `config_invalid` without `--bus`
 */
export function requireBusSettings(flags: BusFlags, env: NodeJS.ProcessEnv): NatsSettings {
  const problems: Diagnostic[] = [];
  const bus = readBusSettings(flags, env, problems);
  if (bus === undefined || problems.length > 0) throw invalid(problems);
  return bus;
}

function readBusSettings(
  { bus: urls }: BusFlags,
  env: NodeJS.ProcessEnv,
  problems: Diagnostic[],
): NatsSettings | undefined {
  if (urls === undefined) {
    problems.push({
      path: '--bus',
      message: 'a fleet needs a bus, and none is given',
      hint: 'start one with "nats-server", then add --bus nats://127.0.0.1:4222',
    });
    return undefined;
  }
  try {
    return readNatsSettings(urls, env);
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function attempt<T>(read: () => T, problems: Diagnostic[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    problems.push({ message: error.message, ...(error.hint !== undefined && { hint: error.hint }) });
    return undefined;
  }
}

function invalid(problems: readonly Diagnostic[]): LoadbotError {
  return new LoadbotError('config_invalid', 'the settings of the fleet are not valid', { problems });
}
