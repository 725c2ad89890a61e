import type { Finding, Sighting } from './finding.ts';

/** Everything that was seen in a run, each thing once. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  get all(): readonly Finding[] {
    return [...this.#found.values()];
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
    if (before === undefined) {
      const finding = { ...sighting, job, firstSeenSeconds: atSeconds, lastedSeconds: forSeconds };
      this.#found.set(key, finding);
      return finding;
    }
    const isGraver = sighting.severity === 'invalid' && before.severity === 'note';
    const isWorse = isGraver || (sighting.severity === before.severity && sighting.value > before.value);
    const { firstSeenSeconds } = before;
    const worst = isWorse ? { ...sighting, job } : before;
    const finding = { ...worst, firstSeenSeconds, lastedSeconds: before.lastedSeconds + forSeconds };
    this.#found.set(key, finding);
    return isGraver ? finding : undefined;
  }
}
