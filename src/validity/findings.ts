import type { ValidityFinding, Detection, Peaks } from './finding.ts';
import type { SampleWindow } from './window.ts';

/**
 * Share of the time under load that may be affected in a valid run. A p99 depends on one hundredth of the requests, so
 * less affected time cannot change it.
 */
const BAD_SHARE = 0.01;
/** Maximum number of spans of a finding; further spans add to the total only. */
const MAX_SPANS = 200;
/** Maximum gap in seconds between adjacent spans; allows for late samples. */
const TOUCHING_SECONDS = 0.5;

/** All findings of a run, merged by signal and job. */
export class ValidityFindings {
  readonly #found = new Map<string, ValidityFinding>();
  #loadSeconds = 0;

  /** Findings, weighted by the run so far: few affected seconds in a long run reduce `invalid` to `note`. */
  get all(): readonly ValidityFinding[] {
    return [...this.#found.values()].map((finding) => (this.#isDecisive(finding) ? finding : noteOf(finding)));
  }

  /** Adds time under load. */
  addLoad(seconds: number): void {
    this.#loadSeconds += seconds;
  }

  /**
   * @param atSeconds seconds since the start of the run
   * @param forSeconds time since the previous window
   * @returns the finding if it is new or became `invalid`
   */
  add(sighting: Detection, atSeconds: number, forSeconds: number): ValidityFinding | undefined {
    const key = `${sighting.signal}/${sighting.job?.uuid ?? ''}`;
    const before = this.#found.get(key);
    const job = sighting.job && { name: sighting.job.name, uuid: sighting.job.uuid };
    const seconds = sighting.seconds ?? forSeconds;
    const span = [Math.max(0, atSeconds - seconds), atSeconds] as const;
    if (before === undefined) {
      const spans = seconds > 0 ? [span] : [];
      const times = { firstSeenSeconds: atSeconds, lastedSeconds: seconds, worstSeconds: atSeconds, spans };
      const finding = { ...sighting, job, ...times };
      this.#found.set(key, finding);
      return finding;
    }
    const isGraver = sighting.severity === 'invalid' && before.severity === 'note';
    const isFinal = sighting.isOfWhole === true && before.isOfWhole !== true;
    const isWorse = isGraver || isFinal || (sighting.severity === before.severity && sighting.value > before.value);
    const { firstSeenSeconds } = before;
    const worst = isWorse ? { ...sighting, job, worstSeconds: atSeconds } : before;
    const finding = {
      ...worst,
      worstSeconds: worst.worstSeconds,
      firstSeenSeconds,
      lastedSeconds: before.lastedSeconds + seconds,
      spans: seconds > 0 ? withSpan(before.spans, span) : before.spans,
    };
    this.#found.set(key, finding);
    return isGraver ? finding : undefined;
  }

  #isDecisive({ severity, isOfWhole = false, lastedSeconds }: ValidityFinding): boolean {
    return severity === 'note' || isOfWhole || lastedSeconds >= BAD_SHARE * this.#loadSeconds;
  }
}

function noteOf(finding: ValidityFinding): ValidityFinding {
  return { ...finding, severity: 'note' };
}

function withSpan(spans: ValidityFinding['spans'], span: ValidityFinding['spans'][number]): ValidityFinding['spans'] {
  const last = spans.at(-1);
  if (last !== undefined && span[0] - last[1] <= TOUCHING_SECONDS) {
    return [...spans.slice(0, -1), [last[0], Math.max(last[1], span[1])]];
  }
  return spans.length < MAX_SPANS ? [...spans, span] : spans;
}

/** Returns the maximum of each value. */
export function raisePeaks(peaks: Peaks, window: SampleWindow): Peaks {
  const figures: Record<keyof Peaks, number | undefined> = {
    eventLoopUtilization: highest(window.threads.map(({ utilization }) => utilization)),
    blocked: highest(window.threads.map(({ blocked }) => blocked)),
    cpuWait: highest(window.threads.map(({ cpuWait }) => cpuWait)),
    steal: window.steal,
    throttled: window.throttled?.time,
    openFiles: window.openFiles,
  };
  const known = Object.entries(figures).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Math.max(value, peaks[name as keyof Peaks] ?? 0)] as const],
  );
  return { ...peaks, ...Object.fromEntries(known) };
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
