import type { Diagnostic } from '../../shared/errors.ts';
import { parseValue } from '../check-shape.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject } from '../entries.ts';
import { environmentsField } from '../features/composition.ts';
import { didYouMean } from '../suggest.ts';
import type { Environment } from '../variables.ts';
import { mergeOver, partOf, type Sourced } from './sourced.ts';

/** Environment variable that chooses an environment. */
const VARIABLE = 'LOADBOT_ENVIRONMENT';
/** Fields that an environment cannot change. */
const FIXED = ['include', 'environments'] as const;
const MOST_NAMES = 20;

/** A workload in an environment. */
export interface InEnvironment {
  readonly merged: Sourced;
  /** `undefined`: none was chosen. */
  readonly environment: string | undefined;
  /** Errors of the file. */
  readonly findings: readonly PathDiagnostic[];
  /** Errors of the flag or the environment variable. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Merges the chosen environment over a workload. The environment variable has no effect on a file without environments.
 * @param flag `--environment`
 */
export function applyEnvironment(workload: Sourced, flag: string | undefined, env: Environment): InEnvironment {
  const declared = partOf(workload, 'environments');
  const findings =
    declared.value === undefined ? [] : parseValue(environmentsField, declared.value, ['environments']).findings;
  const names = Object.keys(asObject(declared.value) ?? {});
  const variable = names.length === 0 ? undefined : env[VARIABLE] || undefined;
  const environment = flag ?? variable;
  const unchanged = { merged: workload, environment, findings, problems: [] };
  if (environment === undefined || findings.length > 0) return unchanged;
  if (!names.includes(environment)) {
    const path = flag === undefined ? VARIABLE : '--environment';
    return { ...unchanged, problems: [{ path, ...unknownName(environment, names) }] };
  }
  const patch = partOf(declared, environment);
  const fixed = FIXED.filter((name) => asObject(patch.value)?.[name] !== undefined).map((name): PathDiagnostic => {
    const message = `\`${name}\` cannot stand in an environment`;
    return { path: ['environments', environment, name], part: 'key', message, hint: 'move it to the workload itself' };
  });
  return { ...unchanged, merged: mergeOver(workload, patch, false), findings: fixed };
}

function unknownName(name: string, names: readonly string[]): { readonly message: string; readonly hint: string } {
  const message = `the workload has no environment ${JSON.stringify(name)}`;
  if (names.length === 0) return { message, hint: 'declare it in `environments` of the file' };
  const all = `it has ${names.slice(0, MOST_NAMES).join(', ')}`;
  return { message, hint: [didYouMean(name, names), all].filter((part) => part !== undefined).join(' ') };
}
