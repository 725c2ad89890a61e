import { z } from 'zod';
import { validateLabelName } from '../plan/label-rules.ts';
import { PUSH_PROTOCOL_NAMES, type PushProtocolName } from '../push-catalog.ts';
import type { Json } from '../shared/json.ts';
import { splitOnce } from '../shared/text.ts';
import { parseValue } from './check-shape.ts';
import { type FieldPlace, isFault, type Path, type ReportProblem, type TextFault } from './diagnostics.ts';
import { type Connection, connectionText, NO_CONNECTION } from './features/connection-string.ts';
import { type GrafanaUrl, parseGrafanaUrl } from './features/grafana.ts';
import { parsePushUrl } from './features/push-targets/push-url.ts';
import { HEADER_VALUE, headerName, type ServerUrl } from './features/server.ts';
import { FLAGS, type Flag, type FlagName, flagRows, type FlagValue, type PlanOverrides, spellingOf } from './flags.ts';
import type { ParsedTexts } from './parsed-texts.ts';
import { redactWorkload } from './redact.ts';
import { type WorkloadFile, workloadSchema } from './schema.ts';
import { didYouMean } from './suggest.ts';
import type { LoadedWorkload } from './load.ts';

/** Flags that the plan reads by themselves: no field has the value, or a variable stands between flag and field. */
interface StandaloneFlags {
  readonly pushUrls: readonly ServerUrl[];
  readonly pushProtocol: PushProtocolName | undefined;
  /** Lower-case names. */
  readonly pushHeaders: Readonly<Record<string, string>>;
  readonly grafanaUrl: GrafanaUrl | undefined;
  readonly allowLocalSources: boolean;
}

/** A workload with its flags. */
export interface AppliedFlags {
  /** The file with the flags in the fields that they override. */
  readonly file: WorkloadFile;
  readonly flags: StandaloneFlags;
  /** The flag that set the field at a path of the file; without one, the path itself. */
  readonly placeOf: (place: FieldPlace) => FieldPlace;
}

interface FlagContext {
  readonly texts: ParsedTexts;
  /** Expands variables; problems are reported under the flag. */
  readonly expand: (flag: FlagName, text: string, place?: 'shown' | 'url' | 'hidden') => string;
  readonly report: (flag: FlagName, message: string, hint?: string) => void;
}

type AgentFields = NonNullable<WorkloadFile['agent']>;

/** Dotted path of a field of the schema. */
type FlagField =
  | keyof WorkloadFile
  | `agent.${keyof AgentFields}`
  | `agent.grafana.${keyof NonNullable<AgentFields['grafana']>}`;

/** Fields of the flags; does not compile for a field that the schema does not have. */
const FIELDS: Readonly<Record<FlagName, Pick<Flag, 'kind'> & { readonly field?: FlagField }>> = FLAGS;

/** Flags with a check other than the schema of their field: each returns the value of the field. */
const READERS: Readonly<Partial<Record<FlagName, (texts: readonly string[], context: FlagContext) => unknown>>> = {
  connection_string: readConnectionString,
  label: readLabels,
};

/** Flags that are checked together with the other label rules. */
const LABEL_RULES: ReadonlySet<FlagName> = new Set(['drop_labels', 'job_label']);

/** Checks the flags and applies them to the file; problems are reported under the name of the flag. */
export function applyFlags(
  { file, texts, expand: expandFlag }: Pick<LoadedWorkload, 'file' | 'texts' | 'expand'>,
  overrides: PlanOverrides,
  reportProblem: ReportProblem,
): AppliedFlags {
  const report = (flag: FlagName, message: string, hint?: string): void =>
    reportProblem(spellingOf(flag), message, hint);
  const expand: FlagContext['expand'] = (flag, text, place = 'shown') => {
    const expanded = expandFlag(text, place);
    for (const { message, hint } of expanded.faults) report(flag, message, hint);
    return expanded.text;
  };
  const context = { texts, expand, report };
  const origins = new Map<string, string>();
  let applied: unknown = file;
  for (const [name, flag] of flagRows()) {
    const given = overrides[name];
    const { variable, merged } = flag;
    const { field } = FIELDS[name];
    if (given === undefined || field === undefined || variable !== undefined) continue;
    const value = checkFlag(name, flag, given, context);
    const fields = merged ? Object.keys(Object(value)).map((key) => `${field}.${key}`) : [field];
    for (const one of fields) origins.set(one, spellingOf(name));
    applied = overrideField(applied, field, value, merged);
  }
  return {
    file: applied as WorkloadFile, // every value has been checked; no plan is built of an invalid one
    flags: readStandalone(overrides, context),
    placeOf: (place) => (typeof place === 'string' ? place : (originOf(place, origins) ?? place)),
  };
}

/**
 * Content of a workload file with the flags in the fields that they override. Secrets are masked, and variables appear by
 * name.
 * @param file as written
 */
export function effectiveWorkload(file: unknown, overrides: PlanOverrides): Json {
  const applied = flagRows().reduce((changed, [name, flag]) => {
    const given = overrides[name];
    if (given === undefined || flag.field === undefined) return changed;
    return overrideField(changed, flag.field, fieldValue(flag, given), flag.merged);
  }, file);
  return redactWorkload(applied);
}

/** Value of the field as the schema parses it; an invalid value stays as it is. */
function checkFlag(name: FlagName, flag: Flag, given: FlagValue, context: FlagContext): unknown {
  const reader = READERS[name];
  if (reader !== undefined) return reader([given].flat().map(String), context);
  const value = flag.kind === 'number' ? toNumber(given) : fieldValue(flag, expandGiven(name, given, context));
  if (flag.field === undefined || LABEL_RULES.has(name)) return value;
  const schema = schemaAt(flag.field);
  const { value: parsed, findings } = parseValue(schema, value, [spellingOf(name)]);
  for (const { message, hint } of findings) context.report(name, message, hint);
  return findings.length === 0 ? parsed : value;
}

/** The texts of a flag with expanded variables. */
function expandGiven(name: FlagName, given: FlagValue, { expand }: FlagContext): FlagValue {
  if (typeof given === 'string') return expand(name, given);
  return Array.isArray(given) ? given.map((text: string) => expand(name, text)) : given;
}

function fieldValue({ toField }: Flag, given: FlagValue): unknown {
  return toField === undefined ? given : toField([given].flat().map(String));
}

/** Converts numeric text; any other value stays, to be reported by the check. */
function toNumber(value: FlagValue): FlagValue {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/** Schema of the field at a dotted path. */
function schemaAt(field: string): z.ZodType {
  let schema: z.core.$ZodType = workloadSchema;
  for (const key of field.split('.')) {
    if (schema instanceof z.ZodOptional) schema = schema.unwrap();
    if (schema instanceof z.ZodObject) schema = schema.shape[key];
  }
  return schema as z.ZodType; // the type of flags allows only fields of the schema
}

/** @param merged adds the entries of the value to those of the field */
function overrideField(file: unknown, field: string, value: unknown, merged = false): object {
  return setField(file, field.split('.'), (old) => (merged ? { ...Object(old), ...Object(value) } : value));
}

function setField(holder: unknown, [key = '', ...rest]: readonly string[], replace: (old: unknown) => unknown): object {
  const fields = Object(holder) as Readonly<Record<string, unknown>>;
  const old = fields[key];
  return { ...fields, [key]: rest.length === 0 ? replace(old) : setField(old, rest, replace) };
}

/** The flag that set the field at a path, or an object around it. */
function originOf(path: Path, origins: ReadonlyMap<string, string>): string | undefined {
  const around = path.map((_, index) => origins.get(path.slice(0, index + 1).join('.')));
  return around.find((origin) => origin !== undefined);
}

/** The connection string was parsed with the file, whose checks depend on it. */
function readConnectionString([text = '']: readonly string[], { texts, expand, report }: FlagContext): Connection {
  const given = expand('connection_string', text, 'url');
  const { value, findings } = texts.keep(() => parseValue(connectionText, given, [spellingOf('connection_string')]));
  for (const { message, hint } of findings) report('connection_string', message, hint);
  return value ?? NO_CONNECTION;
}

function readLabels(texts: readonly string[], { expand, report }: FlagContext): Record<string, string> {
  const labels = new Map<string, string>();
  for (const text of texts.map((one) => expand('label', one))) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const fault = name === '' || value === '' ? 'must be key=value' : validateLabelName(name);
    if (fault !== undefined) report('label', `${JSON.stringify(text)} ${fault}`);
    else if (labels.has(name)) report('label', `label \`${name}\` is given twice`);
    else labels.set(name, value);
  }
  return Object.fromEntries(labels);
}

/** URLs and headers may be secret and are not repeated. */
function readStandalone(flags: PlanOverrides, context: FlagContext): StandaloneFlags {
  const { expand } = context;
  const { metrics_export_url: pushUrls = [], grafana_url: grafanaUrl } = flags;
  return {
    pushUrls: pushUrls.flatMap((text) => readUrl('metrics_export_url', text, parsePushUrl, context) ?? []),
    pushProtocol: readProtocol(flags.metrics_export_protocol, context),
    pushHeaders: Object.fromEntries(
      (flags.metrics_export_header ?? []).flatMap((text) =>
        readHeader(expand('metrics_export_header', text, 'hidden'), context),
      ),
    ),
    grafanaUrl: grafanaUrl === undefined ? undefined : readUrl('grafana_url', grafanaUrl, parseGrafanaUrl, context),
    allowLocalSources: flags.allow_local_sources ?? false,
  };
}

/** The URL of a flag; an invalid one is reported. */
function readUrl<Value extends object>(
  name: FlagName,
  text: string,
  parse: (text: string) => Value | TextFault,
  { expand, report }: FlagContext,
): Value | undefined {
  const url = parse(expand(name, text, 'url'));
  if (!isFault(url)) return url;
  report(name, url.message, url.hint);
  return undefined;
}

function readProtocol(name: string | undefined, { report }: FlagContext): PushProtocolName | undefined {
  const known = PUSH_PROTOCOL_NAMES.find((protocol) => protocol === name);
  if (name !== undefined && known === undefined) {
    const message = `must be one of ${PUSH_PROTOCOL_NAMES.join(', ')}; it is ${JSON.stringify(name)}`;
    report('metrics_export_protocol', message, didYouMean(name, PUSH_PROTOCOL_NAMES));
  }
  return known;
}

function readHeader(text: string, { report }: FlagContext): [name: string, value: string][] {
  const [name, value] = splitOnce(text, ':') ?? ['', ''];
  if (headerName.safeParse(name).success && HEADER_VALUE.test(value)) return [[name.toLowerCase(), value]];
  report('metrics_export_header', 'must be a header on one line, such as "X-Scope-OrgID: load"');
  return [];
}
