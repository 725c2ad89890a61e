import type { Clock, Timer } from '../../shared/clock.ts';
import type { Annotation, WriteAnnotation } from './annotation-api.ts';

interface WriterOptions {
  readonly write: WriteAnnotation;
  readonly clock: Clock;
  /** Prints one line: annotations fail to arrive, or arrive again. */
  readonly warn: (message: string) => void;
  /** Human-readable target, without secrets. */
  readonly where: string;
}

/** A pending or written annotation, which its owner can update. */
export interface AnnotationHandle {
  /** Replaces the annotation; only the latest version is written. */
  update(annotation: Annotation): void;
}

const ATTEMPT_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Maximum pause between attempts in `finish`. */
const FINAL_PAUSE_MS = 500;
/** Maximum number of pending annotations while Grafana is unavailable; the oldest beyond that are dropped. */
const MAX_WAITING = 1_000;

interface Slot {
  annotation: Annotation;
  /** Grafana's id, once written. */
  id: number | undefined;
  /** Whether Grafana has rejected the latest version. */
  isRefused: boolean;
}

/**
 * Writes annotations in the background, one request at a time. Each annotation is retried until Grafana has its latest
 * version. One that failed at its start is written completely at its end, so nothing is lost while Grafana is
 * temporarily unavailable.
 */
export class AnnotationWriter {
  readonly #options: WriterOptions;
  /** Annotations whose latest version is not in Grafana yet, in write order. */
  readonly #waiting = new Set<Slot>();
  #isWorking = false;
  #worked: Promise<void> = Promise.resolve();
  #failures = 0;
  /** Whether a rejection has been reported. */
  #isRefused = false;
  #lost = 0;
  #endMs = Infinity;
  #wake = (): void => {};
  #abortAttempt = (): void => {};

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Queues an annotation. */
  add(annotation: Annotation): AnnotationHandle {
    const slot: Slot = { annotation, id: undefined, isRefused: false };
    this.#queue(slot);
    return {
      update: (latest) => {
        slot.annotation = latest;
        this.#queue(slot);
      },
    };
  }

  /** Writes the pending annotations for at most this time; the rest is dropped. Never rejects. */
  async finish(withinMs: number): Promise<void> {
    const { clock, warn, where } = this.#options;
    this.#endMs = clock.nowMs() + withinMs;
    this.#wake();
    const timer = clock.after(withinMs, () => {
      this.#abortAttempt();
      this.#wake();
    });
    await this.#worked;
    timer.cancel();
    const lost = this.#lost + this.#waiting.size;
    this.#waiting.clear();
    if (lost > 0) warn(`${lost} annotation${lost === 1 ? '' : 's'} could not be written to ${where}`);
  }

  #queue(slot: Slot): void {
    this.#waiting.add(slot);
    if (this.#waiting.size > MAX_WAITING) {
      for (const oldest of this.#waiting) {
        this.#waiting.delete(oldest);
        this.#lost++;
        break;
      }
    }
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#worked = this.#work();
  }

  async #work(): Promise<void> {
    const { clock } = this.#options;
    for (let slot = this.#next(); slot !== undefined && clock.nowMs() < this.#endMs; slot = this.#next()) {
      if (!(await this.#attempt(slot))) await this.#pause();
    }
    this.#isWorking = false;
  }

  #next(): Slot | undefined {
    for (const slot of this.#waiting) return slot;
    return undefined;
  }

  /** Writes the annotation; returns whether this version is done. */
  async #attempt(slot: Slot): Promise<boolean> {
    const { write, clock, warn, where } = this.#options;
    const { annotation } = slot;
    const controller = new AbortController();
    this.#abortAttempt = () => controller.abort();
    const timer = clock.after(Math.min(ATTEMPT_MS, this.#endMs - clock.nowMs()), this.#abortAttempt);
    const written = await write(annotation, slot.id, controller.signal);
    timer.cancel();
    if (written.kind === 'failed') {
      if (++this.#failures === 1) warn(`cannot write annotations to ${where}: ${written.reason}; retrying`);
      return false;
    }
    // A version that was set meanwhile is still pending.
    if (slot.annotation === annotation) this.#waiting.delete(slot);
    if (written.kind === 'refused') {
      this.#waiting.delete(slot);
      if (!this.#isRefused) warn(`${where} rejected an annotation: ${written.reason}`);
      this.#isRefused = true;
      if (!slot.isRefused) this.#lost++;
      slot.isRefused = true;
      return true;
    }
    if (slot.isRefused) this.#lost--;
    slot.isRefused = false;
    if (this.#failures > 0) warn(`annotations to ${where} have recovered`);
    this.#failures = 0;
    slot.id = written.id;
    return true;
  }

  #pause(): Promise<void> {
    const { clock } = this.#options;
    const isFinal = this.#endMs !== Infinity;
    const longestMs = isFinal ? FINAL_PAUSE_MS : LONGEST_PAUSE_MS;
    const pauseMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
    return new Promise((resolve) => {
      let timer: Timer | undefined = undefined;
      this.#wake = () => {
        timer?.cancel();
        this.#wake = () => {};
        resolve();
      };
      timer = clock.after(Math.min(pauseMs, Math.max(0, this.#endMs - clock.nowMs())), this.#wake);
    });
  }
}
