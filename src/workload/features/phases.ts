import { parseCondition } from '../../conditions/parse.ts';
import type { PhasePlan } from '../../plan/plan.ts';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject } from '../entries.ts';
import { checkCondition, checkHasSources } from './conditions.ts';

/** Checks that phases are valid conditions on sources of the file. */
export function checkPhases(file: unknown): PathDiagnostic[] {
  const phases = Object.entries(asObject(asObject(file)?.['phases']) ?? {});
  if (phases.length === 0) return [];
  const findings = phases.flatMap(([name, text]) =>
    typeof text === 'string' ? checkCondition(text, ['phases', name], file) : [],
  );
  if (phases.length > WORKLOAD_LIMITS.phases) {
    findings.push({
      path: ['phases'],
      message: `there are ${phases.length} phases; at most ${WORKLOAD_LIMITS.phases} are supported`,
    });
  }
  return [...findings, ...checkHasSources(['phases'], 'phases are conditions on', file)];
}

/** The phases of a file; their conditions were checked when it was loaded. */
export function planPhases(phases: Readonly<Record<string, string>>): readonly PhasePlan[] {
  return Object.entries(phases).flatMap(([name, text]) => {
    const parsed = parseCondition(text);
    return 'condition' in parsed ? [{ name, condition: parsed.condition }] : [];
  });
}
