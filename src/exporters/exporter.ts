import type { Clock } from '../shared/clock.ts';
import type { Exposition, Family } from '../metrics/family.ts';

/** Delivery statistics of an exporter. */
export interface Delivery {
  /** Human-readable target, without credentials and query. */
  readonly target: string;
  /** Samples that the receiver accepted, or that a scrape delivered. */
  readonly deliveredSamples: number;
  /** Samples that never arrived: dropped, rejected, or pending at the deadline. */
  readonly undeliveredSamples: number;
  /** Reason of undelivered samples; contains no secret. */
  readonly lastError: string | undefined;
}

/** Dependencies of an exporter besides its own settings. */
export interface ExporterContext {
  /** Collects all recorded metrics at this instant. */
  collect(): Promise<Exposition>;
  readonly clock: Clock;
  /** Prints one line: the receiver fails or has recovered. */
  warn(message: string): void;
  /** Prints one line about each attempt, for debugging; absent: disabled. */
  debug?(message: string): void;
}

/** Delivers the recorded metrics to a receiver. A slow or dead receiver never slows the load. */
export interface Exporter {
  /**
   * Opens the exporter and offers the first exposition, in which every series is 0, so that no first increase is lost.
   * Resolves when it is delivered or after a timeout.
   * @throws {LoadbotError} for permanent errors: a port in use, an invalid URL. An unreachable receiver is not one.
   */
  start(): Promise<void>;
  /**
   * Between start and stop: offers the current metrics without waiting for the interval. Resolves when they are
   * delivered or after a timeout. Never rejects.
   */
  announce(): Promise<void>;
  /**
   * After the load: offers the final exposition and delivers the rest for at most `deadlineMs`; the default depends on
   * the exporter. Never rejects. A further call can only shorten the deadline.
   */
  stop(deadlineMs?: number): Promise<Delivery>;
  /**
   * Metrics of the exporter itself, without the label `agent`. They are part of the collected metrics of every
   * exporter. Reading them has no side effect. Absent when it has none.
   */
  families?(): readonly Family[];
  /** Human-readable location of the metrics: `http://127.0.0.1:9090/metrics`, `pushed to http://...`. */
  readonly where: string;
  /**
   * Additional log text when only this machine can reach the metrics, with the flag that changes it. Absent otherwise.
   */
  readonly reach?: string;
}

/** Metrics of all exporters about themselves, each family once. Their samples do not have the label `agent` yet. */
export function ownFamilies(exporters: readonly Exporter[]): readonly Family[] {
  const merged = new Map<string, Family>();
  for (const family of exporters.flatMap((exporter) => exporter.families?.() ?? [])) {
    const samples = merged.get(family.name)?.samples ?? [];
    merged.set(family.name, { ...family, samples: [...samples, ...family.samples] });
  }
  return [...merged.values()];
}
