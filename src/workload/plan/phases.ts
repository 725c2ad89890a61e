import { parseCondition } from '../../conditions/parse.ts';
import type { PhasePlan } from '../../plan/plan.ts';

/** The phases of a file; their conditions were checked when it was loaded. */
export function planPhases(phases: Readonly<Record<string, string>>): readonly PhasePlan[] {
  return Object.entries(phases).flatMap(([name, text]) => {
    const parsed = parseCondition(text);
    return 'condition' in parsed ? [{ name, condition: parsed.condition }] : [];
  });
}
