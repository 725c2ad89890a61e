import type { Exchange } from '../driver.ts';

/** Records the time from sending a request to the first byte of its response; of the last one after redirects. */
export class FirstByteTimer {
  readonly #metric: number;
  /** Clock time of the first byte; `undefined`: no byte has arrived. */
  #arrivedMs: number | undefined;

  /** @param metric index of the metric in the job */
  constructor(metric: number) {
    this.#metric = metric;
  }

  /** Starts a request, or one that follows a redirect. */
  begin(): void {
    this.#arrivedMs = undefined;
  }

  get hasArrived(): boolean {
    return this.#arrivedMs !== undefined;
  }

  /** Bytes of the response have arrived. */
  arrived(nowMs: number): void {
    this.#arrivedMs ??= nowMs;
  }

  /** Records the time at the end of the request, unless no byte has arrived. */
  end(exchange: Exchange): void {
    if (this.#arrivedMs === undefined) return;
    exchange.record(this.#metric, this.#arrivedMs - exchange.sentMs);
    this.#arrivedMs = undefined;
  }
}
