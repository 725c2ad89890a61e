import { alignColumns } from '../reports/terminal/text-width.ts';
import { HIDDEN } from '../shared/secret-text.ts';
import { sanitizeForTerminal, shorten } from '../shared/text.ts';
import { type Parameter, variableOfParameter } from '../workload/features/parameters.ts';

/** Parameters of a workload with value and origin, a line each; secrets are masked. */
export function listParameters(parameters: readonly Parameter[]): string[] {
  if (parameters.length === 0) return [];
  return ['parameters', ...alignColumns(parameters.map((one) => parameterRow(one).map(sanitizeForTerminal)))];
}

function parameterRow({ name, value, origin, isSecret, description = '' }: Parameter): string[] {
  const origins = { flag: '--param', variable: variableOfParameter(name), default: 'default', none: 'no value' };
  return [name, value === undefined ? '' : isSecret ? HIDDEN : shorten(value), origins[origin], description];
}
