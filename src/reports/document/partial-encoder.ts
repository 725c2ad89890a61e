import { setImmediate as nextTurn } from 'node:timers/promises';
import { jobKey, type JobSnapshot } from '../../recorder/snapshot.ts';
import type { PartialRunResult } from '../report.ts';
import { jobResult, runDocument } from './result-document.ts';
import { TimelineRows } from '../../analysis/timeline-buffer.ts';
import { TIMELINE_COLUMNS, toMicroseconds } from './timeline-document.ts';

/** Maximum milliseconds of encoding before yielding to the event loop. */
const SLICE_MS = 3;

interface EncodedJob {
  readonly status: JobSnapshot['status'];
  /** Its counters; the same object while a job is pending or has ended. */
  readonly measured: JobSnapshot['measured'];
  /** Number of timeline rows; the last row arrives after the end of the job. */
  readonly rows: number;
  readonly text: string;
}

/**
 * Encodes the state of a run as a result file, repeatedly during the load. Works in slices of a few milliseconds, so
 * that scrapes and signals are not delayed. The text of unchanged jobs is cached, and timelines are appended to.
 */
export class PartialEncoder {
  readonly #jobs = new Map<string, EncodedJob>();
  readonly #timelines = new Map<string, TimelineText>();
  #sliceMs = 0;
  #costMs = 0;

  /** Main thread time of the last encoding, in milliseconds. */
  get costMs(): number {
    return this.#costMs;
  }

  async encode(result: PartialRunResult): Promise<string> {
    this.#costMs = 0;
    this.#sliceMs = performance.now();
    const { jobs, ...run } = runDocument({ ...result, courses: {} });
    const texts: string[] = [];
    for (const job of jobs) {
      texts.push(this.#encodeJob(job, result));
      await this.#yieldToEventLoop();
    }
    const head = JSON.stringify(run).slice(0, -1);
    const text = `${head},"jobs":[\n${texts.join(',\n')}\n]}\n`;
    this.#costMs += performance.now() - this.#sliceMs;
    return text;
  }

  #encodeJob(job: JobSnapshot, result: PartialRunResult): string {
    const key = jobKey(job);
    const { status, measured } = job;
    const rows = result.courses[key]?.timeline;
    const rowCount = rows?.length ?? 0;
    const known = this.#jobs.get(key);
    if (known?.status === status && known.measured === measured && known.rows === rowCount) return known.text;
    const { timeline: _, ...document } = jobResult(job, { ...result, courses: {} });
    const timeline = this.#timelines.get(key) ?? new TimelineText();
    this.#timelines.set(key, timeline);
    const columns = timeline.encode(rows);
    const text = `${JSON.stringify(document).slice(0, -1)},"timeline":${columns}}`;
    this.#jobs.set(key, { status, measured, rows: rowCount, text });
    return text;
  }

  async #yieldToEventLoop(): Promise<void> {
    const tookMs = performance.now() - this.#sliceMs;
    if (tookMs < SLICE_MS) return;
    this.#costMs += tookMs;
    await nextTurn();
    this.#sliceMs = performance.now();
  }
}

const NO_ROWS = new TimelineRows();

/** Incremental JSON encoder of a timeline: an hour takes 30 ms to encode, appended rows almost none. */
export class TimelineText {
  #rows = NO_ROWS;
  #count = 0;
  #columns: string[] = [];

  /** @param rows the previous timeline with appended rows, or a different one */
  encode(rows: TimelineRows = NO_ROWS): string {
    const columns = Object.values(TIMELINE_COLUMNS);
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.#count = 0;
      this.#columns = columns.map(() => '');
    }
    for (; this.#count < rows.length; this.#count++) {
      const record = rows.at(this.#count);
      const comma = this.#count === 0 ? '' : ',';
      for (const [index, valueOf] of columns.entries()) {
        this.#columns[index] += `${comma}${String(toMicroseconds(valueOf(record)))}`;
      }
    }
    const entries = Object.keys(TIMELINE_COLUMNS).map((name, index) => `"${name}":[${this.#columns[index] ?? ''}]`);
    return `{${entries.join(',')}}`;
  }
}
