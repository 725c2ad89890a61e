import type { Finding, Sighting } from './finding.ts';

/**
 * Share of the time under load that may be bad in a run that is valid. A p99 is decided by a hundredth of the requests, so
 * fewer bad seconds cannot decide it.
 */
const BAD_SHARE = 0.01;
/** Spans that are kept for each finding; beyond them only the sum grows. */
const MAX_SPANS = 200;
/** Seconds between two looks, and how much a look may be late. */
const TOUCHING_SECONDS = 0.5;

/** Everything that was seen in a run, each thing once. */
export class Findings {
  readonly #found = new Map<string, Finding>();
  #loadSeconds = 0;

  /** Findings by what they come to in the whole run so far: few bad seconds of many are a note. */
  get all(): readonly Finding[] {
    return [...this.#found.values()].map((finding) => (this.#isDecisive(finding) ? finding : noteOf(finding)));
  }

  /** So much more time under load has passed. */
  addLoad(seconds: number): void {
    this.#loadSeconds += seconds;
  }

  /**
   * @param atSeconds since the run began
   * @param forSeconds how long it has been so since it was seen last
   * @returns what is new, or worse than it was said to be
   */
  add(sighting: Sighting, atSeconds: number, forSeconds: number): Finding | undefined {
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

  #isDecisive({ severity, isOfWhole = false, lastedSeconds }: Finding): boolean {
    return severity === 'note' || isOfWhole || lastedSeconds >= BAD_SHARE * this.#loadSeconds;
  }
}

function noteOf(finding: Finding): Finding {
  return { ...finding, severity: 'note' };
}

function withSpan(spans: Finding['spans'], span: Finding['spans'][number]): Finding['spans'] {
  const last = spans.at(-1);
  if (last !== undefined && span[0] - last[1] <= TOUCHING_SECONDS) {
    return [...spans.slice(0, -1), [last[0], Math.max(last[1], span[1])]];
  }
  return spans.length < MAX_SPANS ? [...spans, span] : spans;
}
