import type { Distribution } from '../../../recorder/snapshot.ts';
import { decodeLatencies } from '../../document/decode-durations.ts';
import type { ResultDurations, ResultJob } from '../../document/result-document.ts';

/** Points per decade; enough for steps to look like steps. */
const POINTS_A_DECADE = 24;

/** Percentiles that tables show, as `1 / (1 - p)`: exact points of the chart. */
const NAMED = [1, 2, 4, 10, 20, 100, 1000, 10_000];

/**
 * Builds the horizontal axis of the distributions, as `1 / (1 - p)`: the number of requests per slower one. It ends at
 * twice the number of requests, since higher percentiles equal the maximum.
 */
export function percentileAxis(distributions: readonly ResultDurations[]): number[] {
  const ends = distributions.map(({ count }) => 2 * count).filter((end) => end > 0);
  const end = Math.max(1, ...ends);
  const steps = Array.from({ length: Math.floor(Math.log10(end) * POINTS_A_DECADE) }, (_, step) =>
    Number((10 ** (step / POINTS_A_DECADE)).toPrecision(5)),
  );
  return [...new Set([...NAMED.filter((one) => one <= end), ...steps, ...ends])].toSorted((a, b) => a - b);
}

/** Bins per decade that a histogram may have, the finest first. */
const BINS_A_DECADE = [160, 80, 40, 20, 10, 5];
const MAX_BINS = 50;
/** Unit of the recording: a logarithmic axis has no 0. */
const SHORTEST_SECONDS = 1e-6;
/** Durations are recorded in whole microseconds: bins of a few of them would hold one value more or less by chance. */
const MIN_BIN_SECONDS = 5e-6;

/** Builds the edges of a histogram's bins in seconds, equally wide on a logarithmic axis; empty without durations. */
export function binEdges(distributions: readonly Pick<Durations, 'min' | 'max'>[]): number[] {
  const filled = distributions.filter(({ min }) => min !== null);
  if (filled.length === 0) return [];
  const low = Math.max(SHORTEST_SECONDS, Math.min(...filled.map(({ min }) => min ?? Infinity)));
  const high = Math.max(low, ...filled.map(({ max }) => max ?? 0));
  const indexOf = (seconds: number, each: number): number => Math.floor(Math.log10(seconds) * each);
  const fits = (each: number): boolean =>
    indexOf(high, each) - indexOf(low, each) < MAX_BINS && low * (10 ** (1 / each) - 1) >= MIN_BIN_SECONDS;
  const each = BINS_A_DECADE.find(fits) ?? 5;
  const first = indexOf(low, each);
  return Array.from({ length: indexOf(high, each) - first + 2 }, (_, bin) =>
    Number((10 ** ((first + bin) / each)).toPrecision(5)),
  );
}

/** Durations of a job by kind; `undefined` for a kind that was not recorded. */
export type JobDurations = ReturnType<typeof decodeJob>;

/** @throws {LoadbotError} `config_invalid` if a histogram is damaged */
export function decodeJob(job: ResultJob) {
  const { name, response_time: response, service_time: service, schedule_lag: lag, metrics } = job;
  const decoded = (times: ResultDurations | null, kind: string): Durations | undefined =>
    times === null ? undefined : new Durations(times, `${name}.${kind}`);
  return {
    response: decoded(response, 'response_time'),
    service: new Durations(service, `${name}.service_time`),
    lag: decoded(lag, 'schedule_lag'),
    /** Additional trends by name. */
    trends: Object.fromEntries(
      Object.entries(metrics).flatMap(([metric, { durations: times }]) =>
        times === null ? [] : [[metric, { times, durations: decoded(times, `metrics.${metric}`) }] as const],
      ),
    ),
  };
}

/** A slot of a histogram. */
interface Slot {
  readonly seconds: number;
  readonly count: number;
}

/**
 * Durations of a result, decoded once for all charts and tables.
 * @throws {LoadbotError} `config_invalid` if the histogram is damaged
 */
export class Durations {
  readonly #latencies: Distribution['latency'];
  readonly #times: ResultDurations;
  #visited: readonly Slot[] | undefined;

  /** @param place names the durations in messages */
  constructor(times: ResultDurations, place: string) {
    this.#times = times;
    this.#latencies = decodeLatencies(times, place);
  }

  /** Shortest duration in seconds; `null` without any. */
  get min(): number | null {
    const { low, high } = this.#latencies.boundsOfRank(1) ?? {};
    return low === undefined || high === undefined ? null : Math.min((low + high) / 2, this.max ?? Infinity);
  }

  get max(): number | null {
    return this.#times.max_seconds;
  }

  /** Standard deviation in seconds; `null` for less than two durations. */
  get deviation(): number | null {
    const { total } = this.#latencies;
    if (total < 2) return null;
    let sum = 0;
    for (const { seconds, count } of this.#slots) sum += seconds * count;
    const mean = sum / total;
    let squares = 0;
    for (const { seconds, count } of this.#slots) squares += (seconds - mean) ** 2 * count;
    return Math.sqrt(squares / total);
  }

  /**
   * Returns the seconds at each value of a percentile axis, by the same rule as the percentiles of the document: the
   * duration that a share of all durations does not exceed, at most the exact maximum. `null` beyond the resolution of
   * the distribution.
   */
  alongPercentiles(axis: readonly number[]): (number | null)[] {
    const { count, max_seconds: max } = this.#times;
    const slots = this.#slots;
    let [at, seen] = [0, 0];
    return axis.map((x) => {
      if (count === 0 || x > 2 * count) return null;
      const rank = Math.max(1, Math.ceil(count * (1 - 1 / x) * (1 - 4 * Number.EPSILON)));
      let slot = slots[at];
      while (slot !== undefined && seen + slot.count < rank) {
        seen += slot.count;
        slot = slots[++at];
      }
      return slot === undefined ? max : Math.min(slot.seconds, max ?? Infinity);
    });
  }

  /** Returns the number of durations in each bin, and 0 at the last edge. */
  countIn(edges: readonly number[]): number[] {
    const counts = edges.map(() => 0);
    let bin = 0;
    for (const { seconds, count } of this.#slots) {
      const within = Math.min(seconds, this.max ?? Infinity);
      while (bin < edges.length - 2 && within >= (edges[bin + 1] ?? Infinity)) bin++;
      counts[bin] = (counts[bin] ?? 0) + count;
    }
    return counts;
  }

  /** Slots of the histogram with durations, ascending: their middle and number. */
  get #slots(): readonly Slot[] {
    if (this.#visited === undefined) {
      const slots: Slot[] = [];
      this.#latencies.forEachMiddle((seconds, count) => slots.push({ seconds, count }));
      this.#visited = slots;
    }
    return this.#visited;
  }
}
