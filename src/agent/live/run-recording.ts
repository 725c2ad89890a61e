import type { JobTimeline } from '../../analysis/job-timeline.ts';
import type { TimelinePoint, TimelineRows } from '../../analysis/timeline-buffer.ts';
import { TIMELINE_COLUMNS, toMicroseconds } from '../../reports/document/timeline-document.ts';
import type { RunResult } from '../../reports/report.ts';
import type { RunJournal } from './run-journal.ts';

/** Everything that the event stream shows of one run beside its status. The run keeps it anyway. */
export interface RunRecording {
  readonly runId: string;
  /** Timelines of the jobs so far, by `jobKey`. */
  readonly timelines: () => Readonly<Record<string, JobTimeline>>;
  readonly journal: RunJournal;
  /** Values of the sources and phases so far. */
  readonly system: () => Pick<RunResult, 'sources' | 'phases'>;
}

/** How far a client has read a run; all in seconds since the start of the run, but for the number of the event. */
export interface StreamPosition {
  readonly runId: string;
  readonly rows: number;
  readonly event: number;
  readonly sources: number;
}

/** Beginning of a run. */
export function startOf(runId: string): StreamPosition {
  return { runId, rows: -1, event: 0, sources: -Infinity };
}

/** Encodes a position as the id of an event. */
function toEventId({ runId, rows, event, sources }: StreamPosition): string {
  return [runId, rows, event, Number.isFinite(sources) ? sources : ''].join('/');
}

/** Tells a client its position, which it sends as `Last-Event-ID` when it reconnects. */
export function sync(position: StreamPosition): string {
  return message('sync', { at_seconds: Math.max(0, position.rows) }, toEventId(position));
}

/** Parses the id of an event; `undefined` for any other text. */
export function parseEventId(id: string): StreamPosition | undefined {
  const [runId = '', rows = '', event = '', sources = '', ...others] = id.split('/');
  const numbers = [Number(rows), Number(event), sources === '' ? -Infinity : Number(sources)] as const;
  if (runId === '' || others.length > 0 || numbers.some(Number.isNaN)) return undefined;
  return { runId, rows: numbers[0], event: numbers[1], sources: numbers[2] };
}

const COLUMNS = { ...TIMELINE_COLUMNS, target_rate: ({ targetRate }: TimelinePoint) => targetRate } as const;
/** Most rows of one message: some 40 KB. */
const MAX_ROWS = 500;

/** Rows and events after a position, as messages of bounded size, and the position after them. */
export class Continuation {
  readonly #recording: RunRecording;
  readonly #hasSources: boolean;
  #position: StreamPosition;

  /** @param hasSources whether values of sources are included, which takes longer */
  constructor(recording: RunRecording, from: StreamPosition, hasSources: boolean) {
    this.#recording = recording;
    this.#hasSources = hasSources;
    this.#position = from.runId === recording.runId ? from : startOf(recording.runId);
  }

  /** Position after the messages that were read. */
  get position(): StreamPosition {
    return this.#position;
  }

  *messages(): Generator<string> {
    const { journal, timelines } = this.#recording;
    let { rows, event, sources } = this.#position;
    for (const [job, { timeline }] of Object.entries(timelines())) {
      yield* timelineMessages(job, timeline, this.#position.rows);
      rows = Math.max(rows, timeline.length === 0 ? rows : timeline.at(timeline.length - 1).at);
    }
    for (const one of journal.after(event)) yield message('event', one);
    event = journal.last;
    if (this.#hasSources) {
      const system = this.#recording.system();
      yield message('phases', system.phases);
      for (const source of system.sources) {
        const series = source.series.flatMap(({ points, ...one }) => {
          const fresh = points.filter(([at]) => at > this.#position.sources);
          sources = Math.max(sources, fresh.at(-1)?.[0] ?? sources);
          return fresh.length === 0 ? [] : [{ ...one, points: fresh }];
        });
        yield message('source', { ...source, series });
      }
    }
    this.#position = { ...this.#position, rows, event, sources };
  }
}

function* timelineMessages(job: string, timeline: TimelineRows, after: number): Generator<string> {
  let first = timeline.length;
  while (first > 0 && timeline.at(first - 1).at > after) first--;
  for (let from = first; from < timeline.length; from += MAX_ROWS) {
    const length = Math.min(MAX_ROWS, timeline.length - from);
    const points = Array.from({ length }, (_, index) => timeline.at(from + index));
    const columns = Object.entries(COLUMNS).map(([name, valueOf]) => [
      name,
      points.map((point) => toMicroseconds(valueOf(point))),
    ]);
    yield message('timeline', { job, timeline: Object.fromEntries(columns) });
  }
}

/** Formats a server-sent event. JSON has no line ends, which would end the data. @param id position after it */
export function message(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
