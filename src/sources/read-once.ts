import type { Clock } from '../shared/clock.ts';
import type { SourcePlan } from '../plan/source-plan.ts';
import type { ScrapeAttempt } from './attempt.ts';
import { Source } from './source.ts';

/** Reads a source once, outside of a run. Never rejects. */
export async function readOnce(plan: SourcePlan, clock: Clock): Promise<ScrapeAttempt> {
  const source = new Source(plan, { maxSeries: 0, maxPoints: 0 }, { clock, warn: () => {} });
  const attempt = await source.read();
  await source.close();
  return attempt;
}
