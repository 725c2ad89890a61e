import type { Clock, Timer } from '../shared/clock.ts';
import type { UserRamp } from './user-ramp.ts';

/** Queue of idle workers: a FIFO ring buffer of fixed capacity that does not allocate. */
export class IdleQueue<T> {
  readonly #ring: (T | undefined)[];
  #head = 0;
  length = 0;

  constructor(capacity: number) {
    this.#ring = Array.from<T | undefined>({ length: Math.max(1, capacity) });
  }

  push(item: T): void {
    let tail = this.#head + this.length;
    if (tail >= this.#ring.length) tail -= this.#ring.length;
    this.#ring[tail] = item;
    this.length++;
  }

  /** Removes and returns the item that has waited longest; `undefined` when the queue is empty. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#head = this.#head + 1 === this.#ring.length ? 0 : this.#head + 1;
    this.length--;
    return item;
  }

  /** Releases the timers of the queue. */
  close(): void {}
}

/** Idle workers of which only the first ones take tickets; the others finish theirs and wait until they are needed. */
export class LimitedQueue<T> extends IdleQueue<T> {
  readonly #workers: readonly T[];
  readonly #indexes: ReadonlyMap<T, number>;
  readonly #retired = new Set<T>();
  #active = 0;

  /** @param idle those that are idle now; absent: none */
  constructor(workers: readonly T[], idle?: IdleQueue<T>) {
    super(workers.length);
    this.#workers = workers;
    this.#indexes = new Map(workers.map((worker, index) => [worker, index]));
    for (let worker = idle?.shift(); worker !== undefined; worker = idle?.shift()) this.#retired.add(worker);
  }

  /** Lets the first workers take tickets. Returns whether their number has grown. */
  limit(active: number): boolean {
    const before = this.#active;
    this.#active = active;
    for (const worker of this.#workers.slice(before, active)) {
      if (this.#retired.delete(worker)) super.push(worker);
    }
    return active > before;
  }

  override push(worker: T): void {
    if (this.#isActive(worker)) super.push(worker);
    else this.#retired.add(worker);
  }

  override shift(): T | undefined {
    let worker = super.shift();
    while (worker !== undefined && !this.#isActive(worker)) {
      this.#retired.add(worker);
      worker = super.shift();
    }
    return worker;
  }

  #isActive(worker: T): boolean {
    return this.#indexes.get(worker)! < this.#active; // has all workers
  }
}

/** Idle workers whose number follows a ramp. */
export class RampedQueue<T> extends LimitedQueue<T> {
  readonly #ramp: UserRamp;
  readonly #clock: Clock;
  readonly #onAdded: () => void;
  #timer: Timer | undefined;

  /** @param onAdded called when workers became available */
  constructor(workers: readonly T[], ramp: UserRamp, clock: Clock, onAdded: () => void) {
    super(workers);
    this.#ramp = ramp;
    this.#clock = clock;
    this.#onAdded = onAdded;
    this.#schedule(clock.nowMs());
  }

  override close(): void {
    this.#timer?.cancel();
  }

  #schedule(nowMs: number): void {
    const atMs = this.#ramp.nextChangeMs(nowMs);
    if (atMs === Infinity) return;
    this.#timer = this.#clock.after(atMs - nowMs, () => this.#update());
  }

  #update(): void {
    const nowMs = this.#clock.nowMs();
    const active = this.#ramp.activeAt(nowMs);
    // Before the callback, which may end the job.
    this.#schedule(nowMs);
    if (this.limit(active)) this.#onAdded();
  }
}

/** Idle workers that take a number of tickets each. */
export class QuotaQueue<T> extends IdleQueue<T> {
  readonly #quota: number;
  readonly #taken = new Map<T, number>();

  constructor(capacity: number, quota: number) {
    super(capacity);
    this.#quota = quota;
  }

  override push(worker: T): void {
    const taken = this.#taken.get(worker) ?? 0;
    this.#taken.set(worker, taken + 1);
    if (taken < this.#quota) super.push(worker);
  }
}
