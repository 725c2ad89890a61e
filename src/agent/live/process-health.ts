import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from '../../metrics/family.ts';
import type { Clock } from '../../shared/clock.ts';

/** Resolution of the event loop monitor. */
const RESOLUTION_MS = 20;

/** State of one push target. Times in seconds; `null`: never. */
interface PushHealth {
  readonly target: string;
  /** Status of the last attempt; `null`: none yet. */
  readonly status: string | null;
  readonly seconds_since_success: number | null;
  /** Mean time of an attempt. */
  readonly send_seconds: number | null;
  readonly calls: number;
  readonly retries: number;
  readonly pending_samples: number;
  readonly dropped_samples: number;
}

/** Reads the health of this process and of its pushes, while a page is open. */
export class ProcessHealth {
  readonly #clock: Clock;
  readonly #families: () => readonly Family[];
  #loop: IntervalHistogram | undefined;
  #readMs = 0;
  #cpu = process.cpuUsage();

  /** @param families those of the exporters about themselves */
  constructor(clock: Clock, families: () => readonly Family[]) {
    this.#clock = clock;
    this.#families = families;
  }

  /** Begins to measure; without effect while it measures. */
  begin(): void {
    if (this.#loop !== undefined) return;
    this.#loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#loop.enable();
    this.#cpu = process.cpuUsage();
    this.#readMs = this.#clock.nowMs();
  }

  end(): void {
    this.#loop?.disable();
    this.#loop = undefined;
  }

  /** The health since the last reading; delays and processor time are those of the time between. */
  read() {
    const { user, system } = process.cpuUsage(this.#cpu);
    const nowMs = this.#clock.nowMs();
    const elapsedMs = nowMs - this.#readMs;
    const delay =
      this.#loop === undefined || this.#loop.count === 0 ? null : this.#loop.max / 1e9 - RESOLUTION_MS / 1e3;
    this.#loop?.reset();
    this.#cpu = process.cpuUsage();
    this.#readMs = nowMs;
    return {
      memory_bytes: process.memoryUsage.rss(),
      /** Processors in use: 1.5 is one and a half. */
      cpu: elapsedMs > 0 ? (user + system) / 1e3 / elapsedMs : null,
      event_loop_delay_seconds: delay === null ? null : Math.max(0, delay),
      push: this.#pushes(),
    };
  }

  #pushes(): readonly PushHealth[] {
    const samples = this.#families().flatMap(({ name, samples: ofFamily }) =>
      ofFamily.map(({ labels, value }) => ({ name, labels, value })),
    );
    const targets = [...new Set(samples.flatMap(({ labels }) => labels['target'] ?? []))];
    return targets.map((target) => {
      const own = samples.filter(({ labels }) => labels['target'] === target);
      const valueOf = (name: string): number =>
        own.find((sample) => sample.name === `loadbot_push_${name}`)?.value ?? 0;
      const status = own.find(({ name, value }) => name === 'loadbot_push_status' && value === 1);
      const [calls, success] = [valueOf('calls_total'), valueOf('last_success_timestamp_seconds')];
      return {
        target,
        status: status?.labels['status'] ?? null,
        seconds_since_success: success === 0 ? null : Math.max(0, this.#clock.epochMs() / 1000 - success),
        send_seconds: calls === 0 ? null : valueOf('send_seconds_total') / calls,
        calls,
        retries: valueOf('retries_total'),
        pending_samples: valueOf('pending_samples'),
        dropped_samples: valueOf('dropped_samples_total'),
      };
    });
  }
}
