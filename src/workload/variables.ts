import { maskBeginnings, secretsOfValues } from '../shared/secrets.ts';
import type { PathDiagnostic, Path, TextFault } from './diagnostics.ts';
import { isRequestField, isTemplateField } from './field-paths.ts';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Text with expanded variables, and the errors of the expansion. */
export interface Expansion {
  readonly text: string;
  readonly faults: readonly TextFault[];
}

/** The error of a name that has no value. */
export type ExplainUnset = (name: string) => TextFault;

const explainVariable: ExplainUnset = (name) => ({
  message: `the environment variable ${name} is not set`,
  hint: `set it, or write $\${ for a literal \${`,
});

/**
 * Expands `${NAME}`; `$${` is a literal `${`.
 * @param escape applied to each variable's value, for text that is a template
 */
export function expandText(
  text: string,
  env: Environment,
  escape = (value: string): string => value,
  explainUnset = explainVariable,
): Expansion {
  const faults: TextFault[] = [];
  const expanded = text.replaceAll(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, name: string | undefined, end: string) => {
    if (name === undefined) return '${';
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && end === '}') return escape(value);
    if (end === '}' && /^[A-Za-z_]\w*$/.test(name)) {
      faults.push(explainUnset(name));
    } else {
      faults.push({ message: 'a variable is written ${NAME}', hint: 'write $${ for a literal ${' });
    }
    return whole;
  });
  return { text: expanded, faults };
}

/** Escapes text so that templates render it literally. */
export function escapeTags(text: string): string {
  return text.replaceAll('#', '##');
}

/** A text of the file with expanded variables. */
export interface ExpandedText {
  readonly path: Path;
  /** Text as written, such as `Bearer ${TOKEN}`. */
  readonly given: string;
  readonly text: string;
  /** Values of its variables by name. */
  readonly values: ReadonlyMap<string, string>;
}

/** A copy of a file with expanded variables. */
export interface ExpandedFile {
  readonly value: unknown;
  readonly filled: readonly ExpandedText[];
  readonly findings: readonly PathDiagnostic[];
}

/**
 * Expands the variables in every text of a file. In templates, a `#` in a value is escaped.
 * @param env variables for the defaults of parameters
 * @param values variables and parameters for all other texts
 */
export function expandVariables(
  file: unknown,
  env: Environment,
  values: Environment = env,
  explainUnset = explainVariable,
): ExpandedFile {
  const findings: PathDiagnostic[] = [];
  const filled: ExpandedText[] = [];
  const fillText = (given: string, path: Path): string => {
    if (!given.includes('${')) return given;
    const isDefault = path[0] === 'parameters';
    const from = isDefault ? env : values;
    const explain = isDefault ? undefined : explainUnset;
    const { text, faults } = expandText(given, from, isTemplateField(path) ? escapeTags : undefined, explain);
    for (const fault of faults) findings.push({ path, ...fault });
    filled.push({ path, given, text, values: valuesIn(given, from) });
    return text;
  };
  const fillKey = (key: string, path: Path): string => {
    if (!key.includes('${')) return key;
    if (valuesIn(key, values).size > 0 || expandText(key, {}).faults.length > 0) {
      const message = 'a field name cannot contain a variable';
      findings.push({ path, part: 'key', message, hint: 'write the name out; $${ is a literal ${' });
    }
    return expandText(key, {}).text;
  };
  const fill = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [fillKey(key, [...path, key]), fill(item, [...path, key])]),
    );
  };
  return { value: fill(file, []), filled, findings };
}

/**
 * Converts expanded variables to numbers and booleans where the schema requires: `"connections": "${CONNECTIONS}"`.
 * @param findings errors of the file with all variables as text
 */
export function convertVariables({ value, filled }: ExpandedFile, findings: readonly PathDiagnostic[]): unknown {
  const wrong = new Set(findings.filter(({ inText }) => !inText).map(({ path }) => JSON.stringify(path)));
  return filled.reduce((file, { path, given, text }) => {
    const isWhole = /^\$\{\w+\}$/.test(given) && wrong.has(JSON.stringify(path));
    if (!isWhole || !/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false)$/.test(text)) return file;
    return replaced(file, path, JSON.parse(text));
  }, value);
}

function replaced(value: unknown, [key, ...further]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaced(item, further, by) : item));
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaced(fields[key], further, by) };
}

/** Minimum length of a secret in characters; redaction of shorter values would garble messages. */
const MIN_LENGTH = 4;

/** Replaces expanded texts in messages by the texts as written: the value of a variable may be secret. */
export function redactValues(
  findings: readonly PathDiagnostic[],
  filled: readonly ExpandedText[],
): readonly PathDiagnostic[] {
  const shown = new Map<string, string>();
  for (const { given, text, values } of filled) {
    for (const [name, value] of values) for (const form of formsOf(value)) shown.set(form, `\${${name}}`);
    for (const form of formsOf(text)) shown.set(form, given);
  }
  const hidden = [...shown].filter(([text]) => text.length >= MIN_LENGTH).toSorted(([a], [b]) => b.length - a.length);
  if (hidden.length === 0) return findings;
  const hide = (message: string): string =>
    hidden.reduce(
      (shownText, [text, given]) => maskBeginnings(replaceWords(shownText, text, given), text, given),
      message,
    );
  return findings.map(({ path, message, hint, part }) => ({
    path,
    message: hide(message),
    hint: hint && hide(hint),
    ...(part && { part }),
  }));
}

/** A text as messages show it: as it is, or within quotes. */
function formsOf(text: string): readonly string[] {
  return [text, JSON.stringify(text).slice(1, -1)];
}

/** Texts without the values that messages may show. */
export function withoutShown(
  filled: readonly ExpandedText[],
  isShown: (name: string) => boolean,
): readonly ExpandedText[] {
  return filled.flatMap((one) => {
    const values = new Map([...one.values].filter(([name]) => !isShown(name)));
    if (values.size === one.values.size) return [one];
    return values.size === 0 ? [] : [{ ...one, values }];
  });
}

/** Values of the variables in requests, documents, checks and captures. */
export function secretsOfRequests(filled: readonly ExpandedText[]): readonly string[] {
  return secretsOfValues(
    filled.filter(({ path }) => isRequestField(path)).flatMap(({ values }) => Array.from(values.values())),
  );
}

/** Replaces a text where it is not a part of a longer word. */
function replaceWords(message: string, text: string, by: string): string {
  let at = message.indexOf(text);
  let done = '';
  let rest = message;
  for (; at >= 0; at = rest.indexOf(text)) {
    const end = at + text.length;
    const isPart = /\w/.test(rest[at - 1] ?? done.at(-1) ?? '') || /\w/.test(rest[end] ?? '');
    done += rest.slice(0, at) + (isPart ? text : by);
    rest = rest.slice(end);
  }
  return done + rest;
}

function valuesIn(given: string, env: Environment): ReadonlyMap<string, string> {
  const names = [...given.matchAll(/\$\$\{|\$\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  return new Map(
    names.flatMap((name) => {
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
