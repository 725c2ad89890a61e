import { setImmediate as nextTurn } from 'node:timers/promises';
import { jobKey, type JobSnapshot } from '../recorder/snapshot.ts';
import { TimelineText } from './timeline-text.ts';
import type { RunSoFar } from './report.ts';
import { jobResult, runDocument } from './result-document.ts';

/** After so long without a pause the event loop gets its turn. */
const SLICE_MS = 3;

interface EncodedJob {
  readonly status: JobSnapshot['status'];
  /** Its counters: a job that has ended, or has not begun, keeps the same object. */
  readonly measured: JobSnapshot['measured'];
  /** Of its timeline: the last one comes after the job's end. */
  readonly rows: number;
  readonly text: string;
}

/**
 * Encodes the state of a run as a result file, again and again while the load runs. In slices of a few milliseconds, so that
 * scrapes and signals are not kept waiting; jobs that have not changed are kept as text, and timelines grow by their new rows.
 */
export class PartialEncoder {
  readonly #jobs = new Map<string, EncodedJob>();
  readonly #timelines = new Map<string, TimelineText>();
  #sliceMs = 0;
  #costMs = 0;

  /** Milliseconds of the main thread that the last encoding took. */
  get costMs(): number {
    return this.#costMs;
  }

  async encode(result: RunSoFar): Promise<string> {
    this.#costMs = 0;
    this.#sliceMs = performance.now();
    const { jobs, ...run } = runDocument({ ...result, courses: {} });
    const texts: string[] = [];
    for (const job of jobs) {
      texts.push(this.#encodeJob(job, result));
      await this.#breathe();
    }
    const head = JSON.stringify(run).slice(0, -1);
    const text = `${head},"jobs":[\n${texts.join(',\n')}\n]}\n`;
    this.#costMs += performance.now() - this.#sliceMs;
    return text;
  }

  #encodeJob(job: JobSnapshot, result: RunSoFar): string {
    const key = jobKey(job);
    const { status, measured } = job;
    const records = result.courses[key]?.timeline ?? [];
    const known = this.#jobs.get(key);
    if (known?.status === status && known.measured === measured && known.rows === records.length) return known.text;
    const { timeline: _, ...document } = jobResult(job, { ...result, courses: {} });
    const timeline = this.#timelines.get(key) ?? new TimelineText();
    this.#timelines.set(key, timeline);
    const columns = timeline.encode(records);
    const text = `${JSON.stringify(document).slice(0, -1)},"timeline":${columns}}`;
    this.#jobs.set(key, { status, measured, rows: records.length, text });
    return text;
  }

  async #breathe(): Promise<void> {
    const tookMs = performance.now() - this.#sliceMs;
    if (tookMs < SLICE_MS) return;
    this.#costMs += tookMs;
    await nextTurn();
    this.#sliceMs = performance.now();
  }
}
