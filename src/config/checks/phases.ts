import { BOUNDS } from '../../core/bounds.ts';
import type { Finding } from '../finding.ts';
import { checkCondition, checkHasSources } from './condition.ts';
import { asObject } from './job-list.ts';

/** Checks that phases are valid conditions on sources of the file. */
export function checkPhases(file: unknown): Finding[] {
  const phases = Object.entries(asObject(asObject(file)?.['phases']) ?? {});
  if (phases.length === 0) return [];
  const findings = phases.flatMap(([name, text]) =>
    typeof text === 'string' ? checkCondition(text, ['phases', name], file) : [],
  );
  if (phases.length > BOUNDS.phases) {
    findings.push({
      path: ['phases'],
      message: `there are ${phases.length} phases; at most ${BOUNDS.phases} are supported`,
    });
  }
  return [...findings, ...checkHasSources(['phases'], 'phases are conditions on', file)];
}
