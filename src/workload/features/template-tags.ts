import { listNames } from '../../shared/text.ts';
import { RAW, splitTemplate, type TemplatePart } from '../../templates/split-template.ts';
import { TAGS, TEMPLATE_TAGS } from '../../templates/tags.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { isPartFile, TEMPLATE_COMPARISONS } from '../field-paths.ts';
import { didYouMean } from '../suggest.ts';
import { asObject, feedersOf, jobsOf, operationsOf, schemasOf, type ConfigObject, type Fields } from '../entries.ts';
import { placesOf, SCENARIO_VALUES, scenarioNames } from './scenario/names.ts';
import { schemaOf } from './schemas.ts';

/** Names that a template may refer to with `#`, besides the built-in tags. */
interface Names {
  readonly saved: ReadonlySet<string>;
  readonly feeders: FeederColumns;
  /** Values that exist at this place of a scenario: captured ones, variables and numbers. */
  readonly values?: ReadonlySet<string>;
  /** Values that steps of the scenario capture, anywhere. */
  readonly later?: ReadonlySet<string>;
  /** Whether values are escaped there, so that `#raw(...)` makes a difference. */
  readonly isEscaped?: boolean;
}

/** Columns of feeders by name; `undefined` before the feeder's file has been read. */
export type FeederColumns = ReadonlyMap<string, readonly string[] | undefined>;

/** Reports text in templates that resembles a tag but is not one: it would be sent literally. */
export function checkTags(file: unknown, columns: FeederColumns = new Map()): PathDiagnostic[] {
  const feeders = new Map(
    feedersOf(file).map(({ fields }) => [String(fields['name']), columns.get(String(fields['name']))]),
  );
  const schemas = schemasOf(file);
  const templates = schemas.flatMap(({ path, fields }) => {
    const key = fields['schema'] === undefined ? 'template' : 'schema';
    return checkValue(fields[key], [...path, key], { saved: new Set(), feeders });
  });
  const saved = new Set(schemas.flatMap(({ fields }) => savedFieldsOf(fields)));
  const jobs = jobsOf(file);
  const areScenarios = jobs.every(({ fields: { type } }) => type === 'scenario' || type === 'sleep');
  const values = new Set(areScenarios ? SCENARIO_VALUES : []);
  const shared = checkHttp(asObject(file)?.['http'], ['http'], { saved, feeders, values });
  return [...templates, ...shared, ...jobs.flatMap((job) => checkJob(file, job, feeders))];
}

/** The fields of documents that requests may refer to. */
export function savedFieldsOf(schema: Fields | undefined): string[] {
  return Array.isArray(schema?.['save']) ? schema['save'].map(String) : [];
}

function checkJob(file: unknown, job: ConfigObject, feeders: FeederColumns): PathDiagnostic[] {
  const schema = schemaOf(file, job.fields);
  // A missing schema is reported by another check; its saved fields are unknown.
  if (schema === undefined && (job.fields['schema'] ?? job.fields['template']) !== undefined) return [];
  const names = { saved: new Set(savedFieldsOf(schema)), feeders };
  if (job.fields['type'] === 'scenario') return checkScenario(job, names);
  return [job, ...operationsOf(job)].flatMap((request) => checkRequest(request, names));
}

/** A step may name the values that earlier steps captured. */
function checkScenario(job: ConfigObject, names: Names): PathDiagnostic[] {
  const { always } = scenarioNames(job);
  const places = placesOf(job);
  const later = new Set(places.flatMap(({ step }) => scenarioNames(job).captured(step)));
  const variables = asObject(job.fields['variables']) ?? {};
  const namesAt = (known: ReadonlySet<string>): Names => ({ ...names, values: known, later });
  return [
    ...checkValue(variables, [...job.path, 'variables'], { ...names, saved: new Set() }),
    ...checkHttp(job.fields['http'], [...job.path, 'http'], namesAt(new Set([...always, ...later]))),
    ...places.flatMap(({ step, known }) => {
      const { path, fields } = step;
      const at = namesAt(known);
      const flow = ['if', 'for_each'].map((field) => checkValue(fields[field], [...path, field], at));
      return checkRequest(step, at).concat(...flow);
    }),
  ];
}

function checkRequest({ path, fields }: ConfigObject, names: Names): PathDiagnostic[] {
  return [
    ...checkValue(fields['filter'], [...path, 'filter'], names),
    ...checkSql(fields['sql'], [...path, 'sql'], names),
    ...checkValue(fields['command'], [...path, 'command'], names),
    ...checkHttp(fields['http'], [...path, 'http'], names),
    ...checkExpected(fields['expect'], [...path, 'expect'], names),
  ];
}

function checkExpected(expect: unknown, path: Path, names: Names): PathDiagnostic[] {
  const { headers, json, body } = asObject(expect) ?? {};
  const values = [
    ...Object.entries(asObject(headers) ?? {}).map(([name, value]) => [value, [...path, 'headers', name]] as const),
    ...Object.entries(asObject(json) ?? {}).map(([name, value]) => [value, [...path, 'json', name]] as const),
    [body, [...path, 'body']] as const,
  ];
  return values.flatMap(([value, at]) => {
    const comparisons = asObject(value);
    if (comparisons === undefined) return checkValue(value, at, names);
    return TEMPLATE_COMPARISONS.flatMap((name) => checkValue(comparisons[name], [...at, name], names));
  });
}

function checkHttp(http: unknown, path: Path, names: Names): PathDiagnostic[] {
  return ['path', 'headers', 'body', 'form', 'multipart'].flatMap((field) => {
    const value = asObject(http)?.[field];
    const isEscaped = (field === 'path' || field === 'body') && typeof value === 'string';
    return checkValue(value, [...path, field], { ...names, isEscaped }).filter((finding) => !isPartFile(finding.path));
  });
}

/** Quoted texts, identifiers and comments of a SQL statement: no parameters are possible there. */
const NO_PARAMETER = /'(?:[^']|'')*'|"[^"]*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g;

/** Reports tags within quotes and comments of a SQL statement, where they cannot become a parameter. */
function checkSql(sql: unknown, path: Path, names: Names): PathDiagnostic[] {
  if (typeof sql !== 'string') return [];
  const findings = [...sql.matchAll(NO_PARAMETER)].flatMap(([enclosing]) => {
    const isComment = enclosing.startsWith('--') || enclosing.startsWith('/*');
    const where = isComment ? 'a comment, where it is not a parameter' : 'quotes, where it is plain text';
    const hint = isComment
      ? 'move it out of the comment: a tag becomes a parameter of the statement'
      : 'remove the quotes: a tag becomes a parameter of the statement';
    return partsOf(enclosing, names)
      .filter(({ kind }) => kind !== 'text' && kind !== 'fault')
      .map(({ text }) => ({ path, message: `\`${text}\` is in ${where}`, hint }));
  });
  return [...checkText(sql, path, names), ...findings];
}

function checkValue(value: unknown, path: Path, names: Names): PathDiagnostic[] {
  if (typeof value === 'string') return checkText(value, path, names);
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => checkValue(item, [...path, isList ? Number(key) : key], names));
}

function checkText(text: string, path: Path, names: Names): PathDiagnostic[] {
  return partsOf(text, names).flatMap((part) => {
    if (part.kind === 'named') return checkColumn(part.name, path, names);
    if (part.kind === 'raw') return checkRaw(part, path, names);
    if (part.kind !== 'fault') return [];
    const unknown = checkCaptured(text, part, path, names);
    if (unknown !== undefined) return [unknown];
    if (part.name === RAW) {
      return [
        { path, message: `\`${part.text}\` is not a tag`, hint: 'it is written `#raw(users.path)`, around one tag' },
      ];
    }
    const { written } = Object.entries(TAGS).find(([name]) => name === part.name)?.[1] ?? {};
    if (written !== undefined) {
      return [{ path, message: `\`${part.text}\` is not a tag`, hint: `it is written ${written.join(' or ')}` }];
    }
    if (names.feeders.has(part.name)) {
      const hint = `write \`#${part.name}.column\``;
      return [{ path, message: `\`${part.text}\` names a feeder without a column`, hint }];
    }
    return [{ path, message: `\`${part.text}\` is not a known tag`, hint: hintOf(part.name, names) }];
  });
}

/** What to write instead of a name that is not a tag. */
function hintOf(name: string, names: Names): string {
  const owned = withOwner(name, names).map((one) => `\`#${one}\``);
  if (owned.length > 0) return `write ${owned.join(' or ')}`;
  const feeders = [...names.feeders.keys()];
  const isFeeder = didYouMean(name, feeders) !== undefined;
  const columns = isFeeder ? [] : feeders.map((feeder) => `\`#${feeder}.${name}\``);
  const candidates = [...Object.keys(TAGS), ...names.saved, ...feeders].map((one) => `#${one}`);
  const similar = didYouMean(`#${name}`, candidates);
  const literal = '`##` is a literal #';
  if (columns.length > 0) return `for a column of a feeder write ${columns.join(' or ')}; ${similar ?? literal}`;
  return similar ?? `tags: ${TEMPLATE_TAGS.join(' ')}; ${literal}`;
}

/** Values of the scenario that have a name behind their dot: `login.token` for `token`. */
function withOwner(name: string, { values = new Set(), later = new Set() }: Names): readonly string[] {
  return [...new Set([...values, ...later])].filter((one) => one.endsWith(`.${name}`));
}

/** Reports a captured value that does not exist yet; `undefined`: the text does not begin as one. */
function checkCaptured(
  text: string,
  { name, text: written }: Extract<TemplatePart, { kind: 'fault' }>,
  path: Path,
  { values, later = new Set() }: Names,
): PathDiagnostic | undefined {
  if (values === undefined) return undefined;
  const [full = ''] = /^#\w+(?:\.\w+)*/.exec(text.slice(text.indexOf(written))) ?? [];
  const wanted = full.slice(1);
  if (!wanted.includes('.')) return undefined;
  if (later.has(wanted)) {
    return { path, message: `\`${full}\` is captured by a later step`, hint: 'use it after the step that captures it' };
  }
  const candidates = [...values, ...later];
  if (!candidates.some((candidate) => candidate.startsWith(`${name}.`))) return undefined;
  const hint = didYouMean(wanted, candidates) ?? `values: ${listNames([...values].map((one) => `#${one}`))}`;
  return { path, message: `\`${full}\` is not a value of this scenario`, hint };
}

function checkRaw({ of, text }: Extract<TemplatePart, { kind: 'raw' }>, path: Path, names: Names): PathDiagnostic[] {
  const columns = of.kind === 'named' ? checkColumn(of.name, path, names) : [];
  if (names.isEscaped === true) return columns;
  const message = `\`${text}\` has no effect here, where values are not escaped`;
  const hint = `write \`${of.text}\`; \`#raw(...)\` is for \`http.path\`, and for an \`http.body\` that is text`;
  return [...columns, { path, message, hint }];
}

function partsOf(text: string, { saved, feeders, values }: Names): ReturnType<typeof splitTemplate> {
  return splitTemplate(text, (name) => {
    const [feeder = '', column, ...more] = name.split('.');
    return (
      saved.has(name) ||
      values?.has(name) === true ||
      (feeders.has(feeder) && column !== undefined && more.length === 0)
    );
  });
}

function checkColumn(name: string, path: Path, { feeders }: Names): PathDiagnostic[] {
  const [feeder = '', column = ''] = name.split('.');
  const columns = feeders.get(feeder);
  if (columns === undefined || columns.includes(column)) return [];
  const hint = didYouMean(column, columns) ?? `columns: ${listNames(columns)}`;
  return [{ path, message: `the feeder \`${feeder}\` has no column \`${column}\``, hint }];
}
