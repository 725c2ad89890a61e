import { type Timer, startTicker } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';
import { formatMs } from '../../shared/units.ts';
import type { Delivery, Exporter, ExporterContext } from '../exporter.ts';
import type { SendRequest, FailedAttempt, RequestBatch } from './attempt.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import { EndOfRunMessages } from './end-of-run-messages.ts';
import { RequestSizes } from './request-sizes.ts';
import type { PushProtocol } from './protocol.ts';
import { SeriesLabels } from '../../metrics/series-labels.ts';
import { pushFamilies, PushRecord } from './push-families.ts';

/** Options of one push target. */
export interface PushTargetOptions {
  readonly protocol: PushProtocol;
  readonly send: SendRequest;
  /** Loads the dependencies of `send`, so that they do not delay the first attempt. */
  readonly loadSend?: () => Promise<unknown>;
  readonly intervalMs: number;
  /** Maximum number of queued expositions while the receiver is unavailable. */
  readonly capacity: number;
  /** Timeout of one attempt. */
  readonly timeoutMs: number;
  /** Whether bodies are gzipped, if the protocol allows it. */
  readonly gzip: boolean;
  /** Unique name of the target for people and metrics, without secrets; default: its redacted URL. */
  readonly target?: string | undefined;
  /** Random number from 0 to 1; spreads retries. */
  readonly random: () => number;
}

/** Default deadline for the final values and the queue before them. */
const STOP_WITHIN_MS = 10_000;
/** Maximum delay of the load by the first push. Values have timestamps, so a later arrival loses nothing. */
const FIRST_PUSH_MS = 2_000;

/** Pushes an exposition every interval, from before the first request to after the last. */
export function createPushExporter(options: PushTargetOptions, context: ExporterContext): Exporter {
  const { protocol, intervalMs, timeoutMs, random } = options;
  const { clock } = context;
  const target = options.target ?? redactUrl(protocol.url);
  const series = new SeriesLabels({ target });
  const record = new PushRecord(clock);
  const send = record.observe(options.send, ({ samples, body }, attempt, tookMs) => {
    const outcome = attempt.kind === 'accepted' ? 'accepted' : `${attempt.kind}: ${attempt.reason}`;
    context.debug?.(`push to ${target}: ${samples} samples, ${body.length} bytes, ${formatMs(tookMs)}, ${outcome}`);
  });
  const sizes = new RequestSizes(protocol, options.gzip, (bytes) => {
    context.warn(`${target} does not accept a body of ${bytes} bytes (status 413): snapshots are split from now on`);
  });
  const loop = new DeliveryLoop({
    send,
    capacity: protocol.onlyNewest ? 1 : options.capacity,
    onlyNewest: protocol.onlyNewest,
    timeoutMs,
    intervalMs,
    sizes,
    clock,
    random,
    onFailing: (attempt) => context.warn(describeFailure(target, attempt, protocol)),
    onRecovered: () => context.warn(`metrics are delivered to ${target} again`),
    onSlow: (tookMs) => context.warn(describeSlowness(target, tookMs, intervalMs)),
  });
  /** Time of the newest exposition on both clocks. */
  let newest = { epochMs: 0, atMs: 0 };

  const offer = async (): Promise<void> => {
    try {
      const exposition = await context.collect();
      const startedMs = clock.nowMs();
      const batch = await sizes.pack(protocol.encode(exposition));
      record.renderMs += clock.nowMs() - startedMs;
      newest = { epochMs: exposition.epochMs, atMs: startedMs };
      if (batch.length > 0) loop.add(batch);
    } catch (error) {
      context.warn(`cannot collect the metrics for ${target}: ${messageOf(error)}`);
    }
  };
  // Serialized, so that expositions are queued in the order of their collection.
  let offered: Promise<void> = Promise.resolve();
  const offerNext = (): Promise<void> => (offered = offered.then(offer));

  const lastWords = async (): Promise<RequestBatch> => {
    // Later than the final exposition, even if the system clock was changed since.
    const epochMs = newest.epochMs + Math.max(1, Math.round(clock.nowMs() - newest.atMs));
    return sizes.pack(protocol.endOfRun?.encode(epochMs) ?? []);
  };

  /** Called after every attempt. */
  let attempted = (): void => {};
  /** Whether everything offered is delivered or has failed, before the timeout. */
  const arrives = (): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = clock.after(FIRST_PUSH_MS, () => resolve(false));
      attempted = () => {
        if (loop.pendingSamples > 0 && !loop.failing) return;
        timer.cancel();
        resolve(true);
      };
    });

  let running: Promise<void> | undefined;
  let ticker: Timer | undefined;
  let farewell: EndOfRunMessages | undefined;
  let stopped: Promise<void> | undefined;
  /** Deadline of stopping, in monotonic milliseconds. */
  let endMs = Infinity;

  const takeLeave = async (): Promise<void> => {
    // A receiver that never accepted anything has no series to end.
    if (protocol.endOfRun === undefined || loop.deliveredSamples === 0) return;
    const graceMs = loop.failing ? 0 : protocol.endOfRun.graceMs;
    farewell = new EndOfRunMessages({ createMessages: lastWords, graceMs, send, timeoutMs, sizes, clock, random });
    if (endMs !== Infinity) farewell.hurry(endMs - clock.nowMs());
    const failure = await farewell.send();
    if (failure === undefined) return;
    context.warn(`cannot end the series of this run at ${target}: ${failure}; they remain there for now`);
  };

  const finish = async (): Promise<void> => {
    if (running === undefined) return;
    await running;
    await takeLeave();
  };

  return {
    where: `pushed to ${target}`,

    families: () => pushFamilies([{ series, record, loop }]),

    async start() {
      await Promise.all([protocol.prepare?.(), options.loadSend?.()]);
      if (stopped !== undefined) return;
      ticker = startTicker(clock, intervalMs, () => void offerNext());
      await offerNext();
      if (stopped !== undefined) return;
      running = loop.run(() => attempted());
      if (await arrives()) return;
      context.warn(
        `${target} has not responded to the first push within ${FIRST_PUSH_MS / 1000} s; starting the load anyway`,
      );
    },

    async announce() {
      await offerNext();
      if (stopped === undefined && loop.pendingSamples > 0 && !loop.failing) await arrives();
    },

    async stop(deadlineMs): Promise<Delivery> {
      ticker?.cancel();
      const nowMs = clock.nowMs();
      if (deadlineMs !== undefined) endMs = Math.min(endMs, nowMs + deadlineMs);
      if (stopped === undefined && running !== undefined) void offerNext();
      stopped ??= finish();
      await offered;
      if (running !== undefined) loop.finish(Math.min(endMs, nowMs + STOP_WITHIN_MS) - clock.nowMs());
      if (endMs !== Infinity) farewell?.hurry(endMs - clock.nowMs());
      await stopped;
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

function describeFailure(
  target: string,
  { kind, status, reason }: FailedAttempt,
  { onlyNewest }: PushProtocol,
): string {
  const retried = onlyNewest ? 'the newest are retried' : 'they are queued and retried';
  const consequence = kind === 'failed' ? retried : 'they are dropped, because a retry would not succeed';
  const remedy =
    status === 'timeout' ? ', with a longer timeout (timeout_seconds of the push target is the initial one)' : '';
  return `cannot deliver metrics to ${target}: ${reason}; ${consequence}${remedy}`;
}

function describeSlowness(target: string, tookMs: number, intervalMs: number): string {
  const times = `takes ${formatMs(tookMs)} for a push, longer than the interval of ${formatMs(intervalMs)}`;
  return `${target} ${times}: queued snapshots are sent together; raise interval_seconds of the push target`;
}
