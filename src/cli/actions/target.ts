import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/network/loopback.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs, parseDuration } from '../../shared/units.ts';
import { parseLatencyDistribution } from '../../drivers/embedded/latency.ts';
import { serveTarget } from '../../drivers/embedded/serve.ts';
import type { StallSchedule } from '../../drivers/embedded/faults.ts';
import { PLAIN_TARGET, type TargetOptions } from '../../drivers/embedded/target.ts';
import type { TargetStats } from '../../drivers/embedded/target-statistics.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';
import type { CommandIo } from '../command-io.ts';

export interface TargetFlags {
  readonly host: string;
  readonly port: string;
  readonly latency: string;
  readonly latencyDistribution: string;
  readonly errorRate: string;
  readonly stall?: string;
  readonly accessLog?: string;
  readonly seed: string;
}

/** @param stopped resolves when the target has to end */
export async function serveUntil(stopped: () => Promise<unknown>, flags: TargetFlags, io: CommandIo): Promise<void> {
  const options = readFlags(flags);
  const target = await serveTarget(options);
  const stopping = stopped();
  io.stdout.write(welcome(target.url, options));
  await stopping;
  await target.close();
  io.stdout.write(describeStats(await target.stats()));
}

/** @throws {LoadbotError} with every flag that is wrong */
function readFlags(flags: TargetFlags): TargetOptions {
  const problems: Diagnostic[] = [];
  const check = <T>(path: string, text: string, value: T | undefined, expected: string, otherwise: T): T => {
    if (value === undefined) problems.push({ path, message: `must be ${expected}, not ${JSON.stringify(text)}` });
    return value ?? otherwise;
  };
  const { host, port, latency, latencyDistribution: distribution, errorRate, stall, accessLog, seed } = flags;
  const options: TargetOptions = {
    host,
    port: check('--port', port, parseNumber(port, 65_535), 'a whole number from 0 to 65535', 0),
    latencyMs: check('--latency', latency, parseDuration(latency), 'a duration such as 20ms', 0),
    latencyDistribution: check(
      '--latency-distribution',
      distribution,
      parseLatencyDistribution(distribution),
      'constant, uniform, exponential, normal[:0 to 0.33] or lognormal[:0 to 3]',
      PLAIN_TARGET.latencyDistribution,
    ),
    errorRate: check('--error-rate', errorRate, parseShare(errorRate), 'a number from 0 to 1', 0),
    stall:
      stall === undefined
        ? undefined
        : check('--stall', stall, parseStall(stall), 'EVERY:FOR, FOR shorter than EVERY, such as 20s:2s', NO_STALL),
    accessLog,
    seed: check('--seed', seed, parseNumber(seed, MAX_SEED), `a whole number from 0 to ${MAX_SEED}`, 0),
  };
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the flags of target are invalid', { problems });
  return options;
}

const MAX_SEED = 2 ** 32 - 1;
/** Replaces a stall that could not be parsed. */
const NO_STALL: StallSchedule = { everyMs: 1, forMs: 0 };

function parseNumber(text: string, max: number): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

function parseShare(text: string): number | undefined {
  return /^(\d+(\.\d*)?|\.\d+)$/.test(text) && Number(text) <= 1 ? Number(text) : undefined;
}

function parseStall(text: string): StallSchedule | undefined {
  const [every = '', length = '', ...more] = text.split(':');
  const everyMs = parseDuration(every) ?? 0;
  const forMs = parseDuration(length) ?? 0;
  return more.length === 0 && forMs > 0 && forMs < everyMs ? { everyMs, forMs } : undefined;
}

/** Describes the target and how to try it. */
function welcome(url: string, options: TargetOptions): string {
  const { latencyMs, latencyDistribution, errorRate, stall, accessLog } = options;
  const faults = [
    latencyMs > 0 && `It answers after ${formatMs(latencyMs)} in the mean, ${latencyDistribution.kind} distribution.`,
    errorRate > 0 && `It answers 500 to a share of ${errorRate} of the requests.`,
    stall && `It answers nothing during the last ${formatMs(stall.forMs)} of every ${formatMs(stall.everyMs)}.`,
    accessLog !== undefined && `It adds each request to ${accessLog}.`,
  ].filter((line) => typeof line === 'string');
  return `${[
    `The embedded target listens on ${url}`,
    ...(isLoopback(options.host) ? ['Loopback only; --host 0.0.0.0 opens it.'] : []),
    ...faults,
    '',
    'Try it:',
    `  curl ${url}/users -d '{"_id": "1", "name": "Ada"}'`,
    `  curl ${url}/users/1`,
    `  curl ${url}/_target     # its counters`,
    '',
    'Ctrl-C stops it.',
  ].join('\n')}\n`;
}

/** Formats the counters of the target. */
function describeStats({ requests, abandoned, inFlight, responses, documents }: TargetStats): string {
  const operations = Object.entries(responses).map(([operation, byStatus]) => [
    operation,
    Object.entries(byStatus)
      .map(([status, count]) => `${status}: ${formatCount(count)}`)
      .join(', '),
  ]);
  const stored = Object.entries(documents).map(([name, count]) => [
    sanitizeForTerminal(name),
    `${formatCount(count)} documents`,
  ]);
  const unanswered = abandoned + inFlight;
  const heading = `${formatCount(requests)} requests, ${formatCount(unanswered)} given up by their client`;
  return `${[heading, ...alignColumns([...operations, ...stored])].join('\n')}\n`;
}
