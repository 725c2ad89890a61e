import type { Sighting } from './finding.ts';
import { seeBehind } from './signals/behind.ts';
import { seeBlocked } from './signals/blocked.ts';
import { seeFrozen } from './signals/frozen.ts';
import { seeLate } from './signals/late.ts';
import { seeMachine } from './signals/machine.ts';
import { seeResources } from './signals/resources.ts';
import { seeSaturated } from './signals/saturated.ts';
import type { Window } from './window.ts';

/** Number of one-second windows that are evaluated together. */
export const WINDOWS = 4;

/** Above the resolution of timers. */
const PROOF_MS = 2;

/**
 * Detects validity issues in the latest windows.
 * @param recent at most `WINDOWS`, oldest first
 */
export function judge(recent: readonly Window[]): readonly Sighting[] {
  const effects = [...seeLate(recent), ...seeBlocked(recent), ...seeFrozen(recent)];
  // If the machine shows a cause, a smaller effect is sufficient.
  const spoilt = effects.length > 0 || seeLate(recent, PROOF_MS).length > 0;
  const causes = seeMachine(recent, spoilt);
  // A thread that waits for a CPU counts as busy; the causes explain it better.
  const saturated = effects.length + causes.length > 0 ? [] : seeSaturated(recent);
  return [...effects, ...causes, ...seeBehind(recent), ...saturated, ...seeResources(recent)];
}
