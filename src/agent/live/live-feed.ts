import type { ServerResponse } from 'node:http';
import { type Clock, settlesWithTimeout, type Timer } from '../../shared/clock.ts';
import type { Family } from '../../metrics/family.ts';
import type { Snapshot } from '../../recorder/snapshot.ts';
import type { RunResult } from '../../reports/report.ts';
import type { ThresholdMonitor } from '../../thresholds/threshold-monitor.ts';
import type { RunFeed } from '../opened-run.ts';
import { lastRunDocument, type StatusDocument } from '../status-document.ts';
import { type Backlog, EventClient } from './event-client.ts';
import { ProcessHealth } from './process-health.ts';
import { histogramsMessage } from './live-histograms.ts';
import { type EventKind, RunJournal } from './run-journal.ts';
import {
  Continuation,
  parseEventId,
  type StreamPosition,
  type RunRecording,
  startOf,
  sync,
  message,
} from './run-recording.ts';

/** Clients at a time. */
const MAX_STREAMS = 32;
/** Without an update, the status is sent this often. */
const IDLE_MS = 2000;
/** A large status is sent less often: so many bytes in a second. */
const STATUS_BYTES = 256 * 1024;
/** The end of a process waits so long for the report of its run, if a page is open. */
const REPORT_MS = 1500;
/** Values of sources, and histograms, are sent with one of so many updates. */
const SOURCES_EVERY = 3;

interface LiveFeedOptions {
  readonly status: () => StatusDocument;
  readonly clock: Clock;
  /** Metrics of the exporters about themselves. */
  readonly exporters: () => readonly Family[];
  /** Renders the report of a run that has ended, as a page. */
  readonly render: (result: RunResult) => Promise<string>;
}

/** A run to show. */
interface FedRun extends Pick<RunRecording, 'runId'> {
  readonly workload: string;
  readonly thresholds: Pick<ThresholdMonitor, 'standings'>;
  readonly waits: () => RunResult['waits'];
  /** Values of the sources and phases so far. @param startedMs start of the run on the clock */
  readonly system: (startedMs: number) => Pick<RunResult, 'sources' | 'phases'>;
}

/** A run, with the messages of its beginning and end. */
interface FollowedRun extends RunRecording {
  readonly begun: string | undefined;
  readonly ended: string | undefined;
  /** The newest snapshot. */
  readonly latest: Snapshot | undefined;
}

/**
 * Sends a run to the clients of the event stream: once a second, one text that all of them share. Without clients it
 * does nothing but note events, and the run keeps everything that a later client needs.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #streams = new Set<EventClient>();
  readonly #health: ProcessHealth;
  #run: FollowedRun | undefined;
  /** Resolves when the report of the last run has been sent. */
  #reporting: Promise<void> = Promise.resolve();
  /** Position of the clients that are not behind. */
  #pushed: StreamPosition | undefined;
  #ticker: Timer | undefined;
  #updatedMs = -Infinity;
  #updates = 0;
  /** The status is part of one of so many updates. */
  #statusEvery = 1;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#health = new ProcessHealth(options.clock, options.exporters);
  }

  /** Whether another client would be one too many. */
  get isFull(): boolean {
    return this.#streams.size >= MAX_STREAMS;
  }

  /**
   * Sends the run to a client until it disconnects.
   * @param lastEventId where it was before; `undefined` or unknown: from the beginning
   */
  connect(response: ServerResponse, lastEventId: string | undefined, wantsReport: boolean): void {
    const position = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    const { clock } = this.#options;
    const backlog = (from: StreamPosition | undefined): Backlog => this.#backlog(from);
    const stream = new EventClient(response, { clock, backlog, position, wantsReport });
    this.#streams.add(stream);
    this.#health.begin();
    response.once('close', () => this.#leave(stream));
    this.#ticker ??= this.#tick();
    void stream.replay();
  }

  /** Notes an event of the current run; ignored without one. */
  note(kind: EventKind, text: string, job: string | null = null): void {
    this.#run?.journal.note(kind, text, job);
  }

  /** The feed of a run that is being opened. */
  follow({ runId, workload, thresholds, waits, system }: FedRun): RunFeed {
    const { clock } = this.#options;
    let startedMs: number | undefined;
    const elapsedSeconds = (): number => (startedMs === undefined ? 0 : (clock.nowMs() - startedMs) / 1000);
    const journal = new RunJournal(elapsedSeconds);
    const observed = (): ReturnType<FedRun['system']> => system(startedMs ?? clock.nowMs());
    const recording: FollowedRun = {
      runId,
      journal,
      timelines: () => ({}),
      system: observed,
      begun: undefined,
      ended: undefined,
      latest: undefined,
    };
    this.#run = recording;
    return {
      begin: (first, timelines) => {
        startedMs = clock.nowMs();
        const startedAt = new Date(first.epochMs).toISOString();
        const begun = message('run', { run_id: runId, workload, started_at: startedAt });
        Object.assign(recording, { timelines, begun });
        journal.note('run', 'load started');
        this.#pushed = startOf(runId);
        if (this.#streams.size > 0) this.#push(begun + this.#statusMessage());
      },
      update: (now, findings) => {
        Object.assign(recording, { latest: now });
        journal.update({ now, thresholds: thresholds.standings, waits: waits(), findings });
        this.#update();
      },
      end: (result) => {
        const document = lastRunDocument(result);
        journal.note('run', `ended: ${result.verdict}${result.reason === undefined ? '' : `, ${result.reason}`}`);
        const ended = message('end', document);
        // The last values of sources were read after the load.
        const { sources, phases } = result;
        Object.assign(recording, { ended, latest: result.final, system: () => ({ sources, phases }) });
        if (this.#streams.size === 0) return;
        this.#updates = 0;
        this.#update();
        this.#push(ended);
        this.#reporting = this.#pushReport(result).catch(() => {});
      },
    };
  }

  /** Ends all streams, after a report that is being made. */
  async close(): Promise<void> {
    this.#ticker?.cancel();
    await settlesWithTimeout(this.#options.clock, REPORT_MS, this.#reporting);
    for (const stream of this.#streams) stream.end();
  }

  #leave(stream: EventClient): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#ticker?.cancel();
    this.#ticker = undefined;
    this.#health.end();
  }

  /** Sends the status of an idle agent, or of a run whose load has ended. */
  #tick(): Timer {
    const { clock } = this.#options;
    return clock.after(IDLE_MS, () => {
      if (this.#streams.size === 0) return;
      if (clock.nowMs() - this.#updatedMs > IDLE_MS * 0.75) this.#push(this.#statusMessage() + this.#healthMessage());
      this.#ticker = this.#tick();
    });
  }

  #update(): void {
    if (this.#streams.size === 0 || this.#run === undefined) return;
    this.#updatedMs = this.#options.clock.nowMs();
    const status = this.#updates % this.#statusEvery === 0 ? this.#statusMessage() : '';
    const continuation = new Continuation(
      this.#run,
      this.#pushed ?? startOf(this.#run.runId),
      this.#updates % SOURCES_EVERY === 0,
    );
    const isWhole = this.#updates % SOURCES_EVERY === 0;
    const { latest } = this.#run;
    const histograms = isWhole && latest !== undefined ? histogramsMessage(latest) : '';
    this.#updates++;
    const rows = [...continuation.messages()].join('');
    this.#pushed = continuation.position;
    this.#push(status + this.#healthMessage() + rows + histograms + sync(this.#pushed), this.#pushed);
  }

  #statusMessage(): string {
    const text = message('status', this.#options.status());
    this.#statusEvery = Math.ceil(text.length / STATUS_BYTES);
    return text;
  }

  #healthMessage(): string {
    return message('agent', this.#health.read());
  }

  #push(text: string, position?: StreamPosition): void {
    for (const stream of this.#streams) stream.push(text, position);
  }

  async #pushReport(result: RunResult): Promise<void> {
    const streams = [...this.#streams].filter(({ wantsReport }) => wantsReport);
    if (streams.length === 0) return;
    const text = message('report', { html: await this.#options.render(result) });
    for (const stream of streams) stream.push(text);
  }

  /** Rows and events after the position of a client. */
  #backlog(from: StreamPosition | undefined): Backlog {
    const run = this.#run;
    const status = (): string => this.#statusMessage();
    if (run === undefined) return { messages: () => [status()].values() as Generator<string>, position: from };
    const continuation = new Continuation(run, from ?? startOf(run.runId), true);
    // Updates before the first client were not sent to anyone.
    const isOnly = this.#streams.size === 1;
    const settle = (): void => {
      if (isOnly) this.#pushed = continuation.position;
    };
    return {
      *messages() {
        if (run.begun !== undefined) yield run.begun;
        yield status();
        yield* continuation.messages();
        if (run.latest !== undefined) yield histogramsMessage(run.latest);
        settle();
        if (run.ended !== undefined) yield run.ended;
        yield sync(continuation.position);
      },
      get position() {
        return continuation.position;
      },
    };
  }
}
