import { once } from 'node:events';
import { Command } from 'commander';
import { LoadbotError, type Problem } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { formatCount, formatMs, parseDuration } from '../../core/units.ts';
import { parseLatencyDistribution } from '../../drivers/embedded/latency.ts';
import { serveTarget } from '../../drivers/embedded/serve.ts';
import type { Stall } from '../../drivers/embedded/stall.ts';
import { PLAIN_TARGET, type TargetOptions } from '../../drivers/embedded/target-options.ts';
import type { TargetStats } from '../../drivers/embedded/truth.ts';
import { alignColumns } from '../align-columns.ts';
import type { CommandIo } from '../command-io.ts';

interface TargetFlags {
  readonly host: string;
  readonly port: string;
  readonly latency: string;
  readonly latencyDistribution: string;
  readonly errorRate: string;
  readonly stall?: string;
  readonly accessLog?: string;
  readonly seed: string;
}

const HELP = `
It holds JSON documents in memory:
  POST /c              stores one: 201, 409 when its _id exists     PATCH /c/{key}       changes fields: 200, 404
  POST /c/_bulk        stores an array of them: 201, 409            GET /c?field=value   finds up to 100: 200, 404
  GET /c/{key}         reads one: 200, 404                          DELETE /c            drops all: 200, 404
  GET /_target         what it has truly seen: counts by operation and status, documents, stalls, arrivals per second

Latency distributions, all of mean --latency: constant, uniform (0 to twice the mean), exponential,
normal[:SPREAD] (standard deviation in means, default 0.25), lognormal[:SIGMA] (default 0.5).

Examples:
  loadbot-agent target
  loadbot-agent target --latency 20ms --latency-distribution lognormal --error-rate 0.01
  loadbot-agent target --stall 20s:2s --access-log truth.ndjson     # stops for the last 2 s of every 20 s
`;

/** `target`: serves the embedded document store alone, until it is stopped. */
export function targetCommand(io: CommandIo, stopped: () => Promise<unknown> = signalled): Command {
  return new Command('target')
    .description('serve a document store whose latency, errors and stalls are known, to load and to compare with')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: any free one', '8080')
    .option('--latency <duration>', 'mean delay of a response, from the arrival of the request', '0ms')
    .option('--latency-distribution <name>', 'how delays are distributed', 'constant')
    .option('--error-rate <share>', 'share of requests that get 500, from 0 to 1', '0')
    .option('--stall <every:for>', 'stop answering for the last FOR of every EVERY, as in 20s:2s')
    .option('--access-log <file>', 'add a line of JSON for each request to a file: arrival, true duration, status')
    .option('--seed <number>', 'seed of the drawn delays and errors', '1')
    .addHelpText('after', HELP)
    .action(async (flags: TargetFlags) => {
      const options = readFlags(flags);
      const target = await serveTarget(options);
      const stopping = stopped();
      io.stdout.write(welcome(target.url, options));
      await stopping;
      await target.close();
      io.stdout.write(farewell(await target.stats()));
    });
}

/** @throws {LoadbotError} with every flag that is wrong */
function readFlags(flags: TargetFlags): TargetOptions {
  const problems: Problem[] = [];
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
/** Stands in for a stall that could not be read. */
const NO_STALL: Stall = { everyMs: 1, forMs: 0 };

function parseNumber(text: string, max: number): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

function parseShare(text: string): number | undefined {
  return /^(\d+(\.\d*)?|\.\d+)$/.test(text) && Number(text) <= 1 ? Number(text) : undefined;
}

function parseStall(text: string): Stall | undefined {
  const [every = '', length = '', ...more] = text.split(':');
  const everyMs = parseDuration(every) ?? 0;
  const forMs = parseDuration(length) ?? 0;
  return more.length === 0 && forMs > 0 && forMs < everyMs ? { everyMs, forMs } : undefined;
}

/** What the target does, and how to try it. */
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
    ...faults,
    '',
    'Try it:',
    `  curl ${url}/users -d '{"_id": "1", "name": "Ada"}'`,
    `  curl ${url}/users/1`,
    `  curl ${url}/_target     # what it has seen`,
    '',
    'Ctrl-C stops it.',
  ].join('\n')}\n`;
}

/** What it has seen. */
function farewell({ requests, abandoned, inFlight, responses, documents }: TargetStats): string {
  const operations = Object.entries(responses).map(([operation, byStatus]) => [
    operation,
    Object.entries(byStatus)
      .map(([status, count]) => `${status}: ${formatCount(count)}`)
      .join(', '),
  ]);
  const stored = Object.entries(documents).map(([name, count]) => [printable(name), `${formatCount(count)} documents`]);
  const unanswered = abandoned + inFlight;
  const heading = `${formatCount(requests)} requests, ${formatCount(unanswered)} given up by their client`;
  return `${[heading, ...alignColumns([...operations, ...stored])].join('\n')}\n`;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process, as it does without us. */
function signalled(): Promise<unknown> {
  const received = new AbortController();
  const { signal } = received;
  return Promise.race(['SIGINT', 'SIGTERM'].map((name) => once(process, name, { signal }))).finally(() => {
    received.abort();
  });
}
