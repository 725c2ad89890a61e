import type { Exchange, ResponseContent } from '../drivers/driver.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { FailureDetail, Outcome } from '../shared/outcome.ts';
import type { Expiring } from './deadlines.ts';

/** Slot of one request in flight with its deadline, reused for every request of a connection. */
export abstract class RequestSlot implements Exchange, Expiring {
  // Exchange
  sequence = 0;
  operation = 0;
  sentMs = 0;
  sentBytes = 0;
  receivedBytes = 0;
  failure: unknown = undefined;
  detail: FailureDetail | undefined = undefined;
  status = 0;
  redirects: readonly number[] | undefined = undefined;
  response: ResponseContent | undefined = undefined;

  // Expiring
  dueMs = 0;
  earlier: Expiring | undefined = undefined;
  later: Expiring | undefined = undefined;

  /** Records the bytes and statuses since the last call, and clears them. @param recorder `undefined`: not recorded */
  protected recordTransfer(recorder: Recorder | undefined): void {
    if (this.sentBytes !== 0 || this.receivedBytes !== 0) {
      recorder?.traffic(this.sentBytes, this.receivedBytes);
      this.sentBytes = 0;
      this.receivedBytes = 0;
    }
    if (this.status !== 0) {
      recorder?.status(this.status);
      this.status = 0;
    }
    if (this.redirects !== undefined) {
      for (const status of this.redirects) recorder?.status(status);
      this.redirects = undefined;
    }
  }

  abstract record(metric: number, value: number): void;

  abstract done(outcome: Outcome): void;

  abstract expire(): void;
}
