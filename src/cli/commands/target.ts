import { once } from 'node:events';
import { Command } from 'commander';
import type { TargetFlags } from '../actions/target.ts';
import type { CommandIo } from '../command-io.ts';

const HELP = `
It holds JSON documents in memory:
  POST /c              stores one: 201, 409 when its _id exists     PATCH /c/{key}       changes fields: 200, 404
  POST /c/_bulk        stores an array of them: 201, 409            GET /c?field=value   finds up to 100: 200, 404
  GET /c/{key}         reads one: 200, 404                          DELETE /c            drops all: 200, 404
  GET /_target         its counters: requests by operation and status, documents, stalls, arrivals per second

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
    .description('serve a document store with known latency, errors and stalls, as a test target')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: any free one', '8080')
    .option('--latency <duration>', 'mean delay of a response, from the arrival of the request', '0ms')
    .option('--latency-distribution <name>', 'distribution of the delays', 'constant')
    .option('--error-rate <share>', 'share of requests that get 500, from 0 to 1', '0')
    .option('--stall <every:for>', 'stop answering for the last FOR of every EVERY: 20s:2s is 2 s in every 20 s')
    .option('--access-log <file>', 'add a line of JSON for each request to a file: arrival, true duration, status')
    .option('--seed <number>', 'seed of the drawn delays and errors', '1')
    .addHelpText('after', HELP)
    .action(async (flags: TargetFlags) => {
      const { serveUntil } = await import('../actions/target.ts');
      await serveUntil(stopped, flags, io);
    });
}

/** Resolves at the first signal; a second one ends the process, by Node's default. */
function signalled(): Promise<unknown> {
  const received = new AbortController();
  const { signal } = received;
  return Promise.race(
    ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'].map((name) => once(process, name, { signal })),
  ).finally(() => {
    received.abort();
  });
}
