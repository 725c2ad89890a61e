import { savedFieldsOf } from '../checks/tags.ts';
import { templateOf } from '../checks/schemas.ts';
import { DEFAULTS } from '../defaults.ts';
import type { DocumentEntry } from '../schema/document.ts';
import type { RequestJobEntry } from '../schema/job.ts';
import type { KeysEntry, TunedKeysEntry } from '../schema/keys.ts';
import type { OperationEntry } from '../schema/mixed.ts';
import { parseSize } from '../values.ts';
import type { RequestType } from '../../shared/job-type.ts';
import type { KeyChoice } from '../../plan/key-choice.ts';
import type { Json } from '../../shared/json.ts';
import type { HttpOptions } from '../../plan/target.ts';
import type { OperationPlan } from '../../plan/plan.ts';

type Template = { readonly [key: string]: Json };

/** Inputs of an operation's plan from the rest of the workload. */
export interface OperationContext {
  /** The entry of `schemas` that its job names. */
  readonly schema: DocumentEntry | undefined;
  readonly sizing: OperationPlan['sizing'];
  readonly http: HttpOptions;
}

/** Fields of an operation, as a job or within a mixed one. */
type OperationFields = Partial<Omit<OperationEntry, 'type'>> & Pick<RequestJobEntry, 'indexes'>;

/** Applies every default to one kind of request. */
export function buildOperation(
  type: RequestType,
  fields: OperationFields,
  { schema, sizing, http }: OperationContext,
): OperationPlan {
  const { job: defaults } = DEFAULTS;
  return {
    type,
    weight: fields.weight ?? 1,
    batchSize: type === 'bulk_write' ? (fields.batch_size ?? defaults.batch_size) : 1,
    document: (templateOf(schema ?? {}) ?? {}) as Template, // the parsers make nothing but JSON values
    saved: savedFieldsOf(schema),
    filter: fields.filter as Template | undefined,
    keys: buildKeys(fields.keys ?? defaults.keys),
    dataSize: parseSize(fields.data_size ?? defaults.data_size),
    sizing,
    statement: (fields.sql ?? fields.command) as Json | undefined,
    indexes: (fields.indexes ?? []).map(({ keys, options = {} }) => ({
      keys: keys as Template,
      options: options as Template,
    })),
    readFirst: fields.read_first ?? defaults.read_first,
    http,
  };
}

function buildKeys(entry: KeysEntry): KeyChoice {
  const { keys: defaults } = DEFAULTS;
  const keys: TunedKeysEntry = typeof entry === 'string' ? { distribution: entry } : entry;
  const { distribution, theta = defaults.theta, scrambled = defaults.scrambled } = keys;
  const { hot_keys: hotKeys = defaults.hot_keys, hot_operations: hotOperations = defaults.hot_operations } = keys;
  const choices: { readonly [Name in KeyChoice['distribution']]: KeyChoice } = {
    uniform: { distribution: 'uniform' },
    sequential: { distribution: 'sequential' },
    zipfian: { distribution: 'zipfian', theta, scrambled },
    latest: { distribution: 'latest', theta },
    hotspot: { distribution: 'hotspot', hotKeys, hotOperations },
  };
  return choices[distribution];
}
