import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Timer } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { redactUrl } from '../../core/redact.ts';
import { countSamples } from '../../metrics/count-samples.ts';
import type { Delivery, Exporter, ExporterContext } from '../exporter.ts';
import type { Attempt, Send } from './attempt.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import type { PushProtocol } from './protocol.ts';
import { startTicker } from './ticker.ts';

/** What one push target is made of. */
export interface PushOptions {
  readonly protocol: PushProtocol;
  readonly send: Send;
  readonly intervalMs: number;
  /** Expositions kept while the receiver is away. */
  readonly capacity: number;
  /** From 0 to 1; spreads retries. */
  readonly random: () => number;
}

const LONGEST_ATTEMPT_MS = 10_000;
/** How long the last values, and what waits before them, may take when nobody is in a hurry. */
const STOP_WITHIN_MS = 10_000;
/** How long the load waits for the first push; it carries timestamps, so a later arrival loses nothing. */
const FIRST_PUSH_MS = 2_000;

const compress = promisify(gzip);

/** Pushes an exposition every interval, from before the first request to after the last. */
export function createPushExporter(options: PushOptions, context: ExporterContext): Exporter {
  const { protocol, send, intervalMs, capacity, random } = options;
  const { clock } = context;
  const target = redactUrl(protocol.url);
  const loop = new DeliveryLoop({
    send,
    capacity,
    timeoutMs: Math.min(intervalMs, LONGEST_ATTEMPT_MS),
    clock,
    random,
    onFailing: (attempt) => context.warn(describeFailure(target, attempt)),
    onRecovered: () => context.warn(`metrics arrive at ${target} again`),
  });

  const offer = async (): Promise<void> => {
    try {
      const exposition = await context.collect();
      const { body, headers } = protocol.encode(exposition);
      loop.add({
        body: await compress(body),
        headers: { ...headers, 'content-encoding': 'gzip' },
        samples: countSamples(exposition),
      });
    } catch (error) {
      context.warn(`metrics for ${target} could not be collected: ${messageOf(error)}`);
    }
  };
  // One after the other, so that expositions are queued in the order in which they were taken.
  let offered: Promise<void> = Promise.resolve();
  const offerNext = (): Promise<void> => (offered = offered.then(offer));

  let running: Promise<void> | undefined;
  let ticker: Timer | undefined;
  let stopping = false;

  return {
    where: `pushed to ${target}`,

    async start() {
      ticker = startTicker(clock, intervalMs, () => void offerNext());
      await offerNext();
      if (stopping) return;
      await new Promise<void>((resolve) => {
        const timer = clock.after(FIRST_PUSH_MS, () => {
          context.warn(
            `${target} has not answered the first push within ${FIRST_PUSH_MS / 1000} s; starting all the same`,
          );
          resolve();
        });
        running = loop.run(() => {
          timer.cancel();
          resolve();
        });
      });
    },

    async stop(deadlineMs = STOP_WITHIN_MS): Promise<Delivery> {
      ticker?.cancel();
      const first = !stopping;
      stopping = true;
      if (running !== undefined) {
        const endMs = clock.nowMs() + deadlineMs;
        if (first) void offerNext();
        await offered;
        loop.finish(endMs - clock.nowMs());
        await running;
      }
      const { deliveredSamples, undeliveredSamples, lastError } = loop;
      return {
        target,
        deliveredSamples,
        undeliveredSamples,
        lastError: undeliveredSamples > 0 ? lastError : undefined,
      };
    },
  };
}

function describeFailure(target: string, attempt: Exclude<Attempt, { kind: 'accepted' }>): string {
  const consequence = attempt.kind === 'failed' ? 'kept and sent again' : 'lost, since asking again would not help';
  return `metrics do not arrive at ${target}: ${attempt.reason}; they are ${consequence}`;
}
