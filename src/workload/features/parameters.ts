import { z } from 'zod';
import { HIDDEN, SECRET_NAME } from '../../shared/secret-text.ts';
import type { Diagnostic } from '../../shared/errors.ts';
import type { Path, PathDiagnostic } from '../diagnostics.ts';
import { asObject, type Fields } from '../entries.ts';
import { didYouMean, suggest } from '../suggest.ts';
import { optional, text } from '../values.ts';
import { type Environment, expandText, type ExplainUnset } from '../variables.ts';

const SCALAR = 'must be text, a number or a boolean';
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: () => SCALAR });

/** A parameter in its long form. */
export const parameterSchema = z
  .strictObject({
    default: optional(scalar, {
      description: 'Value without `--param` and environment variable. Text may contain `${ENV_NAME}`, not parameters.',
      without: 'no value: its use is an error',
      examples: ['100/s', 50, '${API_TOKEN}'],
    }),
    description: optional(text, {
      description: 'Meaning, for readers of the file.',
      without: 'none',
      examples: ['requests per second'],
    }),
    secret: optional(z.boolean(), {
      description:
        'Whether the value is masked in logs, messages, reports and result files. It needs at least 4 characters, and may stand only in requests, documents, credentials, headers, and the user information and query of URLs.',
      without: 'true for names such as `API_TOKEN` and `PASSWORD`, else false',
      examples: [true],
    }),
    required: optional(z.boolean(), {
      description: 'Whether a missing value is an error even if nothing in the file uses it.',
      default: false,
      examples: [true],
    }),
  })
  .meta({ id: 'parameter', description: 'A value that is set from outside of the file.' });

const NAME = /^[A-Za-z_]\w*$/;
const FORMS = `${SCALAR}, or an object\nsuch as "100/s", or { "default": "100/s", "description": "requests per second" }`;

/** Parameters by name. */
export const parametersField = optional(
  z.record(
    z.string().regex(NAME, { error: 'must be a name of letters, digits and _ that does not begin with a digit' }),
    z.union([parameterSchema, scalar], { error: () => FORMS }),
  ),
  {
    description:
      'Values that are set from outside, used as `${NAME}`: a default, or [parameter](#parameter). `--param NAME=VALUE` sets one, else `LOADBOT_PARAM_NAME` of the environment. See [Parameters](#parameters).',
    default: {},
    examples: [{ RATE: '100/s', TOKEN: { secret: true, required: true } }],
  },
);

/** A declared parameter with its value. */
export interface Parameter {
  readonly name: string;
  /** `undefined`: it has no value. */
  readonly value: string | undefined;
  /** Origin of the value. */
  readonly origin: 'flag' | 'variable' | 'default' | 'none';
  readonly isSecret: boolean;
  readonly description: string | undefined;
}

/** Parameters of a file with their values. */
export interface ReadParameters {
  readonly all: readonly Parameter[];
  /** Environment variables and parameters by name; parameters win. */
  readonly values: Environment;
  /** Errors of the file. */
  readonly findings: readonly PathDiagnostic[];
  /** Errors of flags. */
  readonly problems: readonly Diagnostic[];
}

/** Environment variable that sets a parameter. */
export function variableOfParameter(name: string): string {
  return `LOADBOT_PARAM_${name}`;
}

/** Minimum length of a secret value; masking a shorter text would garble messages. */
const MIN_SECRET = 4;

/**
 * Reads the parameters of a file. The shape of the file is checked elsewhere.
 * @param given `--param` flags as written: `NAME=VALUE`
 */
export function readParameters(file: unknown, given: readonly string[], env: Environment): ReadParameters {
  const declared = asObject(asObject(file)?.['parameters']) ?? {};
  const { values, problems } = readFlags(given, Object.keys(declared));
  const findings: PathDiagnostic[] = [];
  const all = Object.entries(declared).map(([name, entry]) => {
    const parameter = readParameter(name, entry, values, env);
    findings.push(...faultsOf(parameter, isWritten(asObject(entry)?.['required'], true, env)));
    return parameter;
  });
  const set = all.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return { all, values: set.length === 0 ? env : { ...env, ...Object.fromEntries(set) }, findings, problems };
}

function readParameter(name: string, entry: unknown, values: ReadonlyMap<string, string>, env: Environment): Parameter {
  const fields: Fields = asObject(entry) ?? { default: entry };
  const { secret, description } = fields;
  const shared = {
    name,
    isSecret: secret === undefined ? SECRET_NAME.test(name) : !isWritten(secret, false, env),
    description: typeof description === 'string' ? description : undefined,
  };
  const flag = values.get(name);
  if (flag !== undefined) return { ...shared, value: flag, origin: 'flag' };
  const variable = env[variableOfParameter(name)];
  if (variable !== undefined) return { ...shared, value: variable, origin: 'variable' };
  const fallback = fields['default'];
  if (typeof fallback !== 'string' && typeof fallback !== 'number' && typeof fallback !== 'boolean') {
    return { ...shared, value: undefined, origin: 'none' };
  }
  return { ...shared, value: expandText(String(fallback), env).text, origin: 'default' };
}

/** Whether a field holds this boolean, maybe by a variable. */
function isWritten(field: unknown, value: boolean, env: Environment): boolean {
  return field === value || (typeof field === 'string' && expandText(field, env).text === String(value));
}

function faultsOf({ name, value, isSecret }: Parameter, isRequired: boolean): PathDiagnostic[] {
  const path: Path = ['parameters', name];
  if (value === undefined) {
    return isRequired ? [{ path, part: 'key', message: 'has no value', hint: howToSet(name) }] : [];
  }
  if (!isSecret || value === '' || value.length >= MIN_SECRET) return [];
  const message = `is secret, and its value has fewer than ${MIN_SECRET} characters, which cannot be masked`;
  return [{ path, part: 'key', message, hint: 'give a longer value, or set "secret": false' }];
}

/** Explains `${NAME}` without a value. */
export function explainUnset(parameters: readonly Parameter[]): ExplainUnset {
  const names = parameters.map(({ name }) => name);
  return (name) => {
    if (names.includes(name)) return { message: `the parameter ${name} has no value`, hint: howToSet(name) };
    const message = `the environment variable ${name} is not set`;
    const near = suggest(name, names);
    const hint = near === undefined ? 'set it, or write $${ for a literal ${' : `did you mean \${${near}}?`;
    return { message, hint };
  };
}

function howToSet(name: string): string {
  return `give --param ${name}=VALUE, or set ${variableOfParameter(name)}`;
}

/** Reads the flags; messages do not repeat values, which may be secret. */
function readFlags(
  given: readonly string[],
  names: readonly string[],
): { readonly values: ReadonlyMap<string, string>; readonly problems: readonly Diagnostic[] } {
  const values = new Map<string, string>();
  const problems: Diagnostic[] = [];
  const report = (message: string, hint: string): void => void problems.push({ path: '--param', message, hint });
  for (const one of given) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined) report('must be NAME=VALUE', 'such as --param RATE=200/s');
    else if (!names.includes(name)) report(`the workload has no parameter \`${name}\``, knownNames(name, names));
    else if (values.has(name)) report(`\`${name}\` is given twice`, 'keep one of the two');
    else values.set(name, value);
  }
  return { values, problems };
}

/** The environment variables that set the same parameters as these flags. */
export function parameterVariables(given: readonly string[]): Environment {
  const pairs = given.map((one) => one.split(/=(.*)/s, 2));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [variableOfParameter(name), value]));
}

function knownNames(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'declare it in `parameters` of the file, such as { "RATE": "100/s" }';
  return didYouMean(name, names) ?? `it has ${names.slice(0, MOST_NAMES).join(', ')}`;
}

const MOST_NAMES = 20;

/** The file without the defaults that a flag or an environment variable overrides. */
export function withoutOverridden(file: unknown, parameters: readonly Parameter[]): unknown {
  const overridden = parameters.filter(({ origin }) => origin === 'flag' || origin === 'variable');
  if (overridden.length === 0) return file;
  const { parameters: declared, ...rest } = asObject(file) ?? {};
  const kept = overridden.map(({ name }) => {
    const { default: _, ...fields } = asObject(asObject(declared)?.[name]) ?? {};
    return [name, fields];
  });
  return { ...rest, parameters: { ...asObject(declared), ...Object.fromEntries(kept) } };
}

/** The parameters of a file with the values of this run as defaults, for reports. Secrets are masked. */
export function effectiveParameters(file: unknown, parameters: readonly Parameter[]): unknown {
  if (parameters.length === 0) return file;
  const { parameters: declared, ...rest } = asObject(file) ?? {};
  const shown = parameters.map(({ name, value, origin, isSecret }) => {
    const entry = asObject(declared)?.[name];
    const fields = asObject(entry) ?? { default: entry };
    if (value === undefined) return [name, entry];
    if (isSecret) return [name, { ...fields, default: HIDDEN, secret: true }];
    return [name, origin === 'default' ? entry : { ...fields, default: value }];
  });
  return { ...rest, parameters: Object.fromEntries(shown) };
}
