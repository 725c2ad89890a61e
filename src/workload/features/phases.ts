import { optional } from '../values.ts';
import type { ParsedCondition } from '../../plan/gate.ts';
import { conditionText, checkCondition, checkHasSources } from './conditions.ts';
import type { CheckedFile } from '../parsed-texts.ts';
import { z } from 'zod';
import type { PhasePlan } from '../../plan/plan.ts';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject } from '../entries.ts';

const PHASE_NAME =
  'must be a name of letters, digits, blanks, _, . and - that begins with a letter, at most 64 of them';

/** Phases by name. */
export const phasesField = optional(
  z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_ .-]{0,63}$/, { error: PHASE_NAME }), conditionText),
  {
    description:
      'States of the system under test, each a name and a condition on its sources: requests are reported separately by the phases active when they were sent. See [sources](sources.md). Profiles bring phases of their own.',
    default: {},
    examples: [{ backup: 'moco_agent_dump_backup_in_progress == 1' }],
  },
);

/** Checks that phases are valid conditions on sources of the file. */
export function checkPhases(file: CheckedFile): PathDiagnostic[] {
  const phases = Object.entries(asObject(asObject(file.value)?.['phases']) ?? {});
  if (phases.length === 0) return [];
  const findings = phases.flatMap(([name, text]) => checkCondition(text, ['phases', name], file));
  if (phases.length > WORKLOAD_LIMITS.phases) {
    findings.push({
      path: ['phases'],
      message: `there are ${phases.length} phases; at most ${WORKLOAD_LIMITS.phases} are supported`,
    });
  }
  return [...findings, ...checkHasSources(['phases'], 'phases are conditions on', file.value)];
}

/** The phases of a file. */
export function planPhases(phases: Readonly<Record<string, ParsedCondition>>): readonly PhasePlan[] {
  return Object.entries(phases).map(([name, { condition }]) => ({ name, condition }));
}
