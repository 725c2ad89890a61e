import { LoadbotError } from '../shared/errors.ts';
import type { Reporter, PartialRunResult } from '../reports/report.ts';
import { type BoundedWaits, WAIT_BOUNDS } from './bounded-waits.ts';

/** The reports of a run, saved while it goes on and made at its end. Every wait for them is bounded. */
export class RunReports {
  /** In the order in which they are called. */
  readonly all: readonly Reporter[];
  readonly #waits: BoundedWaits;

  constructor(reports: readonly Reporter[], patience: BoundedWaits) {
    this.all = reports;
    this.#waits = patience;
  }

  /** Some report saves the state of the run while it goes on. */
  get areSaved(): boolean {
    return this.all.some((report) => report.save !== undefined);
  }

  /**
   * Lets reports save the state of the run; they warn of failures.
   * @param soFar computed at most once, and only if a report saves it
   * @param isDue saves now, however short the time since the last save is
   */
  async save(soFar: () => PartialRunResult, isDue: boolean): Promise<void> {
    if (!this.areSaved) return;
    let state: PartialRunResult | undefined;
    const once = (): PartialRunResult => (state ??= soFar());
    const saving = Promise.all(this.all.map(async (report) => report.save?.(once, isDue)));
    await this.#waits.wait<unknown>(saving, WAIT_BOUNDS.save, () => undefined);
  }

  /**
   * Makes all reports, within bounds. A failed or hanging report does not prevent the others.
   * @throws the first failure, once all have been made
   */
  async make(make: (report: Reporter) => void | Promise<void> | undefined): Promise<void> {
    // Started in their order, so that reports to the same stream do not mix.
    const made = this.all.map(async (report) => make(report));
    const outcomes = await this.#waits.wait(Promise.allSettled(made), WAIT_BOUNDS.reports, () => {
      throw new LoadbotError('internal', 'an output does not respond: not every report was written');
    });
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
