import type { Detection } from './finding.ts';
import { detectBehind } from './signals/behind.ts';
import { detectBlocked, detectSaturated } from './signals/event-loop.ts';
import { detectFrozen } from './signals/frozen.ts';
import { detectLate } from './signals/late.ts';
import { detectMachine, detectResources } from './signals/machine.ts';
import type { SampleWindow } from './window.ts';

/** Number of one-second windows that are evaluated together. */
export const WINDOWS = 4;

/** Above the resolution of timers. */
const PROOF_MS = 2;

/**
 * Detects validity issues in the latest windows.
 * @param recent at most `WINDOWS`, oldest first
 */
export function detectIssues(recent: readonly SampleWindow[]): readonly Detection[] {
  const effects = [...detectLate(recent), ...detectBlocked(recent), ...detectFrozen(recent)];
  // If the machine shows a cause, a smaller effect is sufficient.
  const spoilt = effects.length > 0 || detectLate(recent, PROOF_MS).length > 0;
  const causes = detectMachine(recent, spoilt);
  // A thread that waits for a CPU counts as busy; the causes explain it better.
  const saturated = effects.length + causes.length > 0 ? [] : detectSaturated(recent);
  return [...effects, ...causes, ...detectBehind(recent), ...saturated, ...detectResources(recent)];
}
