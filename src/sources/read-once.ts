import type { Clock } from '../core/clock.ts';
import type { SourcePlan } from '../core/source-plan.ts';
import type { ScrapeAttempt } from './attempt.ts';
import { Source } from './source.ts';

/** Reads a source once, outside of a run. Never rejects. */
export async function readOnce(plan: SourcePlan, clock: Clock): Promise<ScrapeAttempt> {
  const source = new Source(plan, { maxSeries: 0, maxPoints: 0 }, { clock, warn: () => {} });
  const attempt = await source.read();
  await source.close();
  return attempt;
}
