import type { Diagnostic } from '../shared/errors.ts';

/** Why an agent refuses a request. */
interface Refusal {
  readonly error: string;
  readonly hint?: string;
  readonly problems: readonly Diagnostic[];
}

/** Reads an answer of any content, leaving out fields of the wrong kind; `undefined`: it is not a refusal of an agent. */
export function readRefusal(data: unknown): Refusal | undefined {
  const { error, hint, problems } = Object(data) as { error?: unknown; hint?: unknown; problems?: unknown };
  if (typeof error !== 'string') return undefined;
  return {
    error,
    ...(typeof hint === 'string' && { hint }),
    problems: Array.isArray(problems) ? problems.flatMap(readProblem) : [],
  };
}

function readProblem(data: unknown): Diagnostic[] {
  const given = Object.entries(Object(data)).filter(([, value]) => typeof value === 'string');
  const { message, path, file, hint } = Object.fromEntries(given) as Partial<Record<keyof Diagnostic, string>>;
  if (message === undefined) return [];
  return [
    {
      message,
      ...(path !== undefined && { path }),
      ...(file !== undefined && { file }),
      ...(hint !== undefined && { hint }),
    },
  ];
}
