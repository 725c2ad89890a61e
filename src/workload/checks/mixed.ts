import type { PathDiagnostic } from '../diagnostics.ts';
import { MIXABLE_TYPES } from '../schema/mixed.ts';
import { asObject, jobsOf, operationsOf, type ConfigObject } from './job-list.ts';

/** Job types by the operation setting that applies to them. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  data_size: ['write', 'bulk_write', 'update'],
  batch_size: ['bulk_write'],
  filter: ['read', 'update'],
  keys: ['read', 'update'],
  read_first: ['update'],
};

/** Reports settings of a mixed job that apply to none of its operations. */
export function checkMixed(file: unknown): PathDiagnostic[] {
  const mixed = jobsOf(file).filter(({ fields }) => fields['type'] === 'mixed');
  return [...mixed.flatMap(checkShared), ...mixed.flatMap(operationsOf).flatMap(checkOperation)];
}

function checkShared(job: ConfigObject): PathDiagnostic[] {
  const types = typesOf(job);
  return types.length > 0 && types.every(isMixable) ? inapplicableSettings(job, types, 'these operations') : [];
}

function checkOperation(operation: ConfigObject): PathDiagnostic[] {
  const { type } = operation.fields;
  const unused = isMixable(type) ? inapplicableSettings(operation, [type], `a ${type}`) : [];
  return [...unused, ...connectionSettings(operation)];
}

/** Whether a mixed job supports this type; other types are reported by the schema. */
function isMixable(type: unknown): type is (typeof MIXABLE_TYPES)[number] {
  return (MIXABLE_TYPES as readonly unknown[]).includes(type);
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
  return ['version', 'tls', 'proxy', 'unix_socket', 'max_header_size']
    .filter((name) => asObject(fields['http'])?.[name] !== undefined)
    .map((name) => ({
      path: [...path, 'http', name],
      part: 'key',
      message: `\`${name}\` is a setting of the connections, which all operations of the job share`,
      hint: "give it in the job's own `http`",
    }));
}
