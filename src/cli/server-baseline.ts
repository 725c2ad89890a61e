import { isFault } from '../workload/diagnostics.ts';
import { parseServerUrl } from '../workload/features/server.ts';
import { type Environment, expandText } from '../workload/variables.ts';
import { toFlagProblem } from '../workload/http-url.ts';
import { LoadbotError, type Diagnostic } from '../shared/errors.ts';
import { requireEnvironmentProxy } from '../workload/features/connection.ts';
import type { RunSelection } from '../comparison/earlier-runs/find-runs.ts';
import { type BaselineFlags, DEFAULT_LOOK_BACK_MS, DEFAULT_RUNS } from './compare-options.ts';

/** Selects runs of a server as the baseline. */
export interface ServerBaseline extends RunSelection {
  /** How many, the last ones. */
  readonly runs: number;
}

const TIMEOUT_MS = 30_000;

/**
 * Selection of a server's runs by the flags; `undefined` without them.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export function readServerBaseline(flags: BaselineFlags, env: Environment): ServerBaseline | undefined {
  const { baseline_prometheus: given, baseline_query: selector, baseline_folder: folder, look_back } = flags;
  const runs = folder === undefined ? flags.runs : undefined;
  if ([given, selector, runs, look_back].every((flag) => flag === undefined)) return undefined;
  const problems: Diagnostic[] = [];
  if (given === undefined) {
    const hint = 'name the server that has the earlier runs, such as --baseline_prometheus http://prometheus:9090';
    problems.push({ message: '--baseline_prometheus is missing', hint });
  }
  if (selector === undefined || selector.trim() === '') {
    const hint = `select the runs, such as --baseline_query 'loadbot_run_info{branch="main"}'`;
    problems.push({ message: '--baseline_query is missing', hint });
  }
  const { text, faults } = expandText(given ?? '', env);
  problems.push(...faults.map((one) => toFlagProblem('--baseline_prometheus', one)));
  const address = given === undefined || faults.length > 0 ? undefined : parseServerUrl(text);
  if (address !== undefined && isFault(address)) problems.push(toFlagProblem('--baseline_prometheus', address));
  if (problems.length > 0 || selector === undefined || address === undefined || isFault(address)) {
    throw new LoadbotError('config_invalid', 'the baseline cannot be read', { problems });
  }
  const { url, headers } = address;
  return {
    server: { url, headers, proxy: requireEnvironmentProxy(url), timeoutMs: TIMEOUT_MS },
    selector: selector.trim(),
    lookBackSeconds: (look_back ?? DEFAULT_LOOK_BACK_MS) / 1000,
    runs: flags.runs ?? DEFAULT_RUNS,
  };
}
