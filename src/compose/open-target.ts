import type { Target } from '../plan/target.ts';
import { startTarget } from '../drivers/embedded/start.ts';
import type { Plan } from '../plan/plan.ts';
import type { DisposableStack } from './closers.ts';

/** Returns the target of the plan, or starts the embedded one for this run, which is driven over HTTP. */
export async function openTarget({ target, seed }: Plan, closers: DisposableStack): Promise<Target> {
  if (target.driver !== 'embedded') return target;
  const embedded = await startTarget({ seed });
  closers.push(() => embedded.close());
  return { driver: 'http', url: embedded.url, secretUrl: undefined };
}
