import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Environment, expandText } from '../config/environment.ts';
import { httpUrlFault } from '../config/http-url.ts';
import { LoadbotError, type Problem } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';
import { environmentProxy } from '../plan/proxy.ts';
import { takeCredentials } from '../plan/push-target.ts';
import type { RunSelection } from '../verdicts/earlier-runs/find-runs.ts';

/** Flags for a baseline that a server keeps. */
export interface BaselineFlags {
  readonly baseline_prometheus?: string;
  readonly baseline_query?: string;
  readonly runs?: number;
  readonly look_back?: number;
}

/** Which runs of a server are the baseline. */
export interface ServerBaseline extends RunSelection {
  /** How many, the last ones. */
  readonly runs: number;
}

const RUNS = { default: 5, max: 100 };
const LOOK_BACK = '30d';
const TIMEOUT_MS = 30_000;

export function addBaselineOptions(command: Command): Command {
  return command
    .option(
      '--baseline_prometheus <url>',
      'earlier runs as the baseline, of a Prometheus-compatible server: what /api/v1/query stands under; may hold ${ENV_NAME}',
    )
    .option(
      '--baseline_query <selector>',
      'which runs these are: series with the label run_id, such as loadbot_run_info{branch="main"}',
    )
    .addOption(
      new Option('--runs <number>', `how many of them, the last ones (default: ${RUNS.default})`).argParser(runs),
    )
    .addOption(
      new Option('--look_back <duration>', `how far back to look for them (default: ${LOOK_BACK})`).argParser(
        lookBackMs,
      ),
    );
}

/**
 * The baseline that the flags ask a server for; `undefined` when they ask for none.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export function readBaselineFlags(flags: BaselineFlags, env: Environment): ServerBaseline | undefined {
  const { baseline_prometheus: given, baseline_query: selector } = flags;
  if (given === undefined && selector === undefined && flags.runs === undefined && flags.look_back === undefined) {
    return undefined;
  }
  const problems: Problem[] = [];
  if (given === undefined) {
    const hint = 'say which server has the earlier runs, such as --baseline_prometheus http://prometheus:9090';
    problems.push({ message: '--baseline_prometheus is missing', hint });
  }
  if (selector === undefined || selector.trim() === '') {
    const hint = `say which runs, such as --baseline_query 'loadbot_run_info{branch="main"}'`;
    problems.push({ message: '--baseline_query is missing', hint });
  }
  const { text, faults } = expandText(given ?? '', env);
  problems.push(...faults.map((fault) => ({ path: '--baseline_prometheus', ...fault })));
  const fault = given === undefined || faults.length > 0 ? undefined : httpUrlFault(text);
  if (fault !== undefined) problems.push({ path: '--baseline_prometheus', message: fault });
  if (problems.length > 0 || selector === undefined) {
    throw new LoadbotError('config_invalid', 'the baseline cannot be read', { problems });
  }
  const { url, headers } = takeCredentials(text);
  return {
    server: { url, headers, proxy: environmentProxy(url), timeoutMs: TIMEOUT_MS },
    selector: selector.trim(),
    lookBackSeconds: (flags.look_back ?? lookBackMs(LOOK_BACK)) / 1000,
    runs: flags.runs ?? RUNS.default,
  };
}

function runs(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= RUNS.max) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${RUNS.max} is expected.`);
}

function lookBackMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000) return ms;
  throw new InvalidArgumentError('A duration of a second or more is expected, such as 30d or 12h.');
}
