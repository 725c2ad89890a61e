import { setImmediate as nextTurn } from 'node:timers/promises';
import { jobKey, type JobSnapshot } from '../../recorder/snapshot.ts';
import type { PartialRunResult } from '../report.ts';
import { jobResult, runDocument } from './result-document.ts';
import { EncodedTimeline } from './encoded-timeline.ts';
import { WorkMeter } from './work-meter.ts';

/** Maximum milliseconds of encoding before yielding to the event loop. */
const SLICE_MS = 3;

/** Rows of a timeline that are encoded before the time is read again: about a millisecond. */
const ROWS_PER_CHECK = 250;

interface EncodedJob {
  readonly status: JobSnapshot['status'];
  /** Its counters, if they are of a job that is pending or has ended: then they are the same object each time. */
  readonly measured: JobSnapshot['measured'] | undefined;
  /** Number of timeline rows; the last row arrives after the end of the job. */
  readonly rows: number;
  readonly parts: readonly Buffer[];
}

/**
 * Encodes the state of a run as a result file, repeatedly during the load. Works in slices of a few milliseconds, so
 * that scrapes and signals are not delayed. The bytes of unchanged jobs are cached, and timelines are appended to: they
 * are not copied, because that would allocate and free a growing buffer each second.
 */
export class PartialEncoder {
  readonly #jobs = new Map<string, EncodedJob>();
  readonly #timelines = new Map<string, EncodedTimeline>();
  readonly #slice = new WorkMeter();
  #costMs = 0;

  /** Work of the main thread for the last encoding, in milliseconds. */
  get costMs(): number {
    return this.#costMs;
  }

  /** Returns the text in UTF-8, in parts, which are not joined: that takes 10 ms for a few megabytes. */
  async encode(result: PartialRunResult): Promise<readonly Buffer[]> {
    this.#costMs = 0;
    this.#slice.begin();
    const { jobs, ...run } = runDocument({ ...result, courses: {} });
    const parts: Buffer[] = [Buffer.from(`${JSON.stringify(run).slice(0, -1)},"jobs":[\n`)];
    for (const [index, job] of jobs.entries()) {
      if (index > 0) parts.push(COMMA);
      parts.push(...(await this.#encodeJob(job, result)));
      await this.#yieldToEventLoop();
    }
    parts.push(END);
    this.#costMs += this.#slice.workMs;
    return parts;
  }

  async #encodeJob(job: JobSnapshot, result: PartialRunResult): Promise<readonly Buffer[]> {
    const key = jobKey(job);
    const { status, measured } = job;
    const rows = result.courses[key]?.timeline;
    const rowCount = rows?.length ?? 0;
    const known = this.#jobs.get(key);
    if (known?.status === status && known.measured === measured && known.rows === rowCount) return known.parts;
    const { timeline: _, ...document } = jobResult(job, { ...result, courses: {} });
    const timeline = this.#timelines.get(key) ?? new EncodedTimeline();
    this.#timelines.set(key, timeline);
    timeline.follow(rows);
    for (let count = timeline.length; count < rowCount; count += ROWS_PER_CHECK) {
      timeline.append(Math.min(rowCount, count + ROWS_PER_CHECK));
      await this.#yieldToEventLoop();
    }
    const head = `${JSON.stringify(document).slice(0, -1)},"timeline":`;
    let parts: readonly Buffer[] = [Buffer.from(head), ...timeline.parts(), BRACE];
    if (job.endedEpochMs !== undefined) {
      // Nothing is appended, but for a last row: a run may have thousands of ended jobs.
      parts = [Buffer.concat(parts)];
      this.#timelines.delete(key);
    }
    const isLive = job.opened && job.endedEpochMs === undefined;
    this.#jobs.set(key, { status, measured: isLive ? undefined : measured, rows: rowCount, parts });
    return parts;
  }

  async #yieldToEventLoop(): Promise<void> {
    if (this.#slice.tookMs < SLICE_MS) return;
    this.#costMs += this.#slice.workMs;
    await nextTurn();
    this.#slice.begin();
  }
}

const COMMA = Buffer.from(',\n');
const END = Buffer.from('\n]}\n');
const BRACE = Buffer.from('}');
