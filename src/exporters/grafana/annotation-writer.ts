import type { Clock, Timer } from '../../core/clock.ts';
import type { Annotation } from './annotation.ts';
import type { WriteAnnotation } from './annotation-api.ts';

interface WriterOptions {
  readonly write: WriteAnnotation;
  readonly clock: Clock;
  /** One line for people: that annotations do not arrive, and that they do again. */
  readonly warn: (message: string) => void;
  /** Where they go, for people: free of secrets. */
  readonly where: string;
}

/** One annotation on its way, or written: who holds it may say what it has become. */
export interface Note {
  /** Replaces what it says; the latest word is what gets written. */
  become(annotation: Annotation): void;
}

const ATTEMPT_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** While finishing, time is short. */
const FINAL_PAUSE_MS = 500;
/** Notes that wait while Grafana is away; the oldest beyond that are given up. */
const MAX_WAITING = 1_000;

interface Slot {
  annotation: Annotation;
  /** Grafana's number of it, once it is written. */
  id: number | undefined;
  /** Whether Grafana has refused its latest word. */
  isRefused: boolean;
}

/**
 * Writes annotations, one request at a time, in the background. Each is written until it is in Grafana as it last became: what was
 * not there when it began is written whole when it ends, so that a Grafana that is away for a while misses nothing.
 */
export class AnnotationWriter {
  readonly #options: WriterOptions;
  /** Those of which Grafana does not know the latest, in the order in which they are to be written. */
  readonly #waiting = new Set<Slot>();
  #isWorking = false;
  #worked: Promise<void> = Promise.resolve();
  #failures = 0;
  /** Whether people know that something was refused. */
  #isRefused = false;
  #lost = 0;
  #endMs = Infinity;
  #wake = (): void => {};
  #abortAttempt = (): void => {};

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Writes an annotation as soon as it can. */
  add(annotation: Annotation): Note {
    const slot: Slot = { annotation, id: undefined, isRefused: false };
    this.#queue(slot);
    return {
      become: (latest) => {
        slot.annotation = latest;
        this.#queue(slot);
      },
    };
  }

  /** Writes what waits, for so long at most; the rest is given up. Never rejects. */
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
    if (lost > 0) warn(`${lost} annotation${lost === 1 ? '' : 's'} did not arrive at ${where}`);
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

  /** Whether there is nothing more to be done for this word of it. */
  async #attempt(slot: Slot): Promise<boolean> {
    const { write, clock, warn, where } = this.#options;
    const { annotation } = slot;
    const controller = new AbortController();
    this.#abortAttempt = () => controller.abort();
    const timer = clock.after(Math.min(ATTEMPT_MS, this.#endMs - clock.nowMs()), this.#abortAttempt);
    const written = await write(annotation, slot.id, controller.signal);
    timer.cancel();
    if (written.kind === 'failed') {
      if (++this.#failures === 1)
        warn(`annotations do not arrive at ${where}: ${written.reason}; they are tried again`);
      return false;
    }
    // What it has become meanwhile is still to be written.
    if (slot.annotation === annotation) this.#waiting.delete(slot);
    if (written.kind === 'refused') {
      this.#waiting.delete(slot);
      if (!this.#isRefused) warn(`${where} refuses an annotation: ${written.reason}`);
      this.#isRefused = true;
      if (!slot.isRefused) this.#lost++;
      slot.isRefused = true;
      return true;
    }
    if (slot.isRefused) this.#lost--;
    slot.isRefused = false;
    if (this.#failures > 0) warn(`annotations arrive at ${where} again`);
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
