import type { Clock } from '../core/clock.ts';
import type { Exposition, Family } from '../metrics/family.ts';

/** What became of everything an exporter had to deliver. */
export interface Delivery {
  /** Where it went, for people: no credentials, no query. */
  readonly target: string;
  /** Samples that the receiver accepted (for pull: that were served). */
  readonly deliveredSamples: number;
  /** Samples that never arrived: dropped, refused, or still waiting when time ran out. */
  readonly undeliveredSamples: number;
  /** Why, when something is undelivered; holds no secret. */
  readonly lastError: string | undefined;
}

/** What an exporter is made of beside its own settings. */
export interface ExporterContext {
  /** Reads everything recorded so far, at this instant. */
  collect(): Promise<Exposition>;
  readonly clock: Clock;
  /** One line for people; an exporter warns when its receiver fails and says so when it is back. */
  warn(message: string): void;
  /** One line about each single attempt, for those who look for a fault; absent: nobody does. */
  debug?(message: string): void;
}

/** Takes what is recorded out of the process. A slow or dead receiver never slows the load. */
export interface Exporter {
  /**
   * Opens what it needs and offers the first exposition, in which every series is 0, so that no first increase is
   * lost. Resolves once that is delivered or the wait for it has proved too long.
   * @throws {LoadbotError} when it can never work: a port in use, an unusable URL. A dead receiver is not that.
   */
  start(): Promise<void>;
  /**
   * Between start and stop: offers what there is now, without waiting for its interval. Resolves once that is delivered or
   * the wait for it has proved too long. Never rejects.
   */
  announce(): Promise<void>;
  /**
   * The load has ended: offers the last exposition and delivers what is left for at most `deadlineMs`; without
   * one, for as long as this way of delivery deserves. Never rejects. Called again while it does, it can only shorten
   * that time.
   */
  stop(deadlineMs?: number): Promise<Delivery>;
  /**
   * Metrics of its own work, without the label `agent`; to be part of what is collected, by whatever way that leaves.
   * Reading them changes nothing. Absent when there is nothing to tell.
   */
  families?(): readonly Family[];
  /** Where people find the metrics, as a phrase: `http://127.0.0.1:9090/metrics`, `pushed to http://...`. */
  readonly where: string;
  /** To follow it in the log: that only this machine reaches it, and the flag that changes that. Absent: not so. */
  readonly reach?: string;
}
