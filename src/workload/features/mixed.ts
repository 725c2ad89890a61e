import { DOCUMENT_TYPES, type RequestType } from '../../shared/job-type.ts';
import {
  type OperationFields,
  type RequestEntry,
  buildOperation,
  type OperationContext,
  REQUEST_FIELDS,
} from './request.ts';
import { z } from 'zod';
import type { OperationPlan } from '../../plan/plan.ts';
import type { HttpOptions } from '../../plan/target.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { asObject, jobsOf, operationsOf, type ConfigObject } from '../entries.ts';
import type { HttpEntry } from './http/schema.ts';
import { optional, required, text } from '../values.ts';

/** Bounds the tables from which operations are selected. */
const MAX_OPERATIONS = 32;
const WEIGHT = 'must be a weight, a number from 0.001 to 1000000';
const FORMS = 'must be weights such as { "read": 95, "update": 5 }, or a list of operations';

/** A relative weight. */
export const weight = z.number({ error: WEIGHT }).min(0.001, { error: WEIGHT }).max(1_000_000, { error: WEIGHT });

const operationSchema = z
  .strictObject({
    name: optional(text, {
      description: 'Name of the operation: the label `step` of its metrics, and a row of its own in reports.',
      without: 'counted with the other unnamed operations of its type',
      examples: ['search'],
    }),
    type: required(z.enum(DOCUMENT_TYPES), { description: 'Type of the operation.', examples: ['read'] }),
    weight: optional(weight, {
      description: 'Weight relative to the other operations, 0.001 to 1000000.',
      default: 1,
      examples: [95],
    }),
    ...REQUEST_FIELDS,
  })
  .meta({
    id: 'operation',
    description: 'One operation of a mixed job. Absent fields are inherited from the job.',
    not: { required: ['sql', 'command'] },
  });

const weightsSchema = z
  .strictObject({
    read: optional(weight, { description: 'Weight of reads.', without: 'none are sent', examples: [95] }),
    scan: optional(weight, { description: 'Weight of scans.', without: 'none are sent', examples: [95] }),
    write: optional(weight, { description: 'Weight of writes.', without: 'none are sent', examples: [5] }),
    bulk_write: optional(weight, { description: 'Weight of bulk writes.', without: 'none are sent', examples: [1] }),
    update: optional(weight, { description: 'Weight of updates.', without: 'none are sent', examples: [5] }),
    delete: optional(weight, { description: 'Weight of deletes.', without: 'none are sent', examples: [5] }),
  })
  .refine((weights) => Object.keys(weights).length > 0, {
    error: 'must name at least one operation',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ id: 'weights', description: 'Operations of a mixed job by their weight.', minProperties: 1 });

/** The operations of a mixed job. */
export const mixedSchema = z.union(
  [
    weightsSchema,
    z
      .array(operationSchema)
      .min(1, { error: 'must hold at least one operation' })
      .max(MAX_OPERATIONS, { error: `must hold at most ${MAX_OPERATIONS} operations` }),
  ],
  { error: ({ input }) => (input === undefined ? undefined : FORMS) },
);

/** An operation of a mixed job, before defaults. */
type OperationEntry = z.infer<typeof operationSchema>;

/** Field names of an operation and of the weights. */
export const MIXED_FIELDS: readonly string[] = [
  ...Object.keys(operationSchema.shape),
  ...Object.keys(weightsSchema.shape),
];

/** Job types by the operation setting that applies to them. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  data_size: ['write', 'bulk_write', 'update'],
  batch_size: ['bulk_write'],
  filter: ['read', 'update', 'delete'],
  keys: ['read', 'scan', 'update', 'delete'],
  scan_length: ['scan'],
  read_first: ['update'],
};

/** Reports settings of a mixed job that apply to none of its operations. */
export function checkMixed(file: unknown): PathDiagnostic[] {
  const mixed = jobsOf(file).filter(({ fields }) => fields['type'] === 'mixed');
  return [
    ...mixed.flatMap(checkShared),
    ...mixed.flatMap(operationsOf).flatMap((operation) => checkRequestSettings(operation)),
    ...mixed.flatMap(checkNames),
  ];
}

function checkShared(job: ConfigObject): PathDiagnostic[] {
  const types = typesOf(job);
  return types.length > 0 && types.every(isMixable) ? inapplicableSettings(job, types, 'these operations') : [];
}

/** Reports settings of an operation or step that do not apply to its type, or that its job's connections share. */
export function checkRequestSettings(operation: ConfigObject): PathDiagnostic[] {
  const { type } = operation.fields;
  const unused = isMixable(type) ? inapplicableSettings(operation, [type], `a ${type}`) : [];
  return [...unused, ...connectionSettings(operation)];
}

/** Reports operations with the name of an earlier one of their job: their metrics could not be told apart. */
function checkNames(job: ConfigObject): PathDiagnostic[] {
  const seen = new Set<unknown>();
  return operationsOf(job).flatMap(({ path, fields: { name } }) => {
    const isKnown = seen.has(name);
    if (typeof name === 'string') seen.add(name);
    if (!isKnown) return [];
    const message = `is the name of an earlier operation of this job`;
    return [{ path: [...path, 'name'], message, hint: 'give each operation a name of its own' }];
  });
}

/** Whether a mixed job supports this type; other types are reported by the schema. */
function isMixable(type: unknown): type is (typeof DOCUMENT_TYPES)[number] {
  return (DOCUMENT_TYPES as readonly unknown[]).includes(type);
}

function typesOf(job: ConfigObject): unknown[] {
  const { mixed } = job.fields;
  if (Array.isArray(mixed)) return operationsOf(job).map(({ fields }) => fields['type']);
  return Object.keys(asObject(mixed) ?? {});
}

function inapplicableSettings(
  { fields, path }: ConfigObject,
  types: readonly unknown[],
  holder: string,
): PathDiagnostic[] {
  return Object.entries(HOLDERS)
    .filter(([name, holders]) => fields[name] !== undefined && !types.some((type) => holders.includes(String(type))))
    .map(([name]) => ({
      path: [...path, name],
      part: 'key',
      message: `\`${name}\` does not apply to ${holder}`,
      hint: 'leave it out',
    }));
}

/** Reports connection settings on an operation: all operations share the job's connections. */
function connectionSettings({ fields, path }: ConfigObject): PathDiagnostic[] {
  return [
    'version',
    'streams',
    'tls',
    'proxy',
    'unix_socket',
    'max_header_size',
    'cookies',
    'connect_to',
    'local_addresses',
  ]
    .filter((name) => asObject(fields['http'])?.[name] !== undefined)
    .map((name) => ({
      path: [...path, 'http', name],
      part: 'key',
      message: `\`${name}\` is a setting of the connections, which all operations of the job share`,
      hint: "give it in the job's own `http`",
    }));
}

export interface MixContext extends OperationContext {
  /** Merges the settings of an operation into its job's. */
  readonly httpOf: (http: HttpEntry | undefined, path: Path) => HttpOptions;
}

/** The fields of a job about its requests. */
interface MixFields extends RequestEntry, Pick<OperationFields, 'indexes'> {
  readonly type: RequestType | 'mixed';
  readonly mixed?: z.infer<typeof mixedSchema> | undefined;
}

/** Plans the operations of a job: one, or those of a mixed job. */
export function buildMix(job: MixFields, { httpOf, ...context }: MixContext): OperationPlan[] {
  const { type, mixed, ...shared } = job;
  if (type !== 'mixed') return [buildOperation({ type, step: '' }, shared, context)];
  return toOperations(mixed ?? {}).map(({ type, name: step = '', http, ...own }, index) => {
    return buildOperation({ type, step }, { ...shared, ...own }, { ...context, http: httpOf(http, ['mixed', index]) });
  });
}

/** Both forms as a list. */
function toOperations(mixed: z.infer<typeof mixedSchema>): readonly OperationEntry[] {
  if (Array.isArray(mixed)) return mixed;
  return Object.entries(mixed).map(([type, weight]) => ({ type: type as OperationEntry['type'], weight }));
}
