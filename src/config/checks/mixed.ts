import type { Finding } from '../finding.ts';
import { MIXABLE_TYPES } from '../schema/mixed.ts';
import { asObject, jobsOf, operationsOf, type Entry } from './job-list.ts';

/** Which types a setting of an operation means something for. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  data_size: ['write', 'bulk_write', 'update'],
  batch_size: ['bulk_write'],
  filter: ['read', 'update'],
  keys: ['read', 'update'],
  read_first: ['update'],
};

/** Settings of a mixed job must mean something for at least one of its operations. */
export function checkMixed(file: unknown): Finding[] {
  const mixed = jobsOf(file).filter(({ fields }) => fields['type'] === 'mixed');
  return [...mixed.flatMap(checkShared), ...mixed.flatMap(operationsOf).flatMap(checkOperation)];
}

function checkShared(job: Entry): Finding[] {
  const types = typesOf(job);
  return types.length > 0 && types.every(isMixable) ? meaningless(job, types, 'these operations') : [];
}

function checkOperation(operation: Entry): Finding[] {
  const { type } = operation.fields;
  const unused = isMixable(type) ? meaningless(operation, [type], `a ${type}`) : [];
  return [...unused, ...connectionSettings(operation)];
}

/** Of other types the definition of the file tells; what means something for them nobody knows. */
function isMixable(type: unknown): type is (typeof MIXABLE_TYPES)[number] {
  return (MIXABLE_TYPES as readonly unknown[]).includes(type);
}

function typesOf(job: Entry): unknown[] {
  const { mixed } = job.fields;
  if (Array.isArray(mixed)) return operationsOf(job).map(({ fields }) => fields['type']);
  return Object.keys(asObject(mixed) ?? {});
}

function meaningless({ fields, path }: Entry, types: readonly unknown[], holder: string): Finding[] {
  return Object.entries(HOLDERS)
    .filter(([name, holders]) => fields[name] !== undefined && !types.some((type) => holders.includes(String(type))))
    .map(([name]) => ({
      path: [...path, name],
      part: 'key',
      message: `\`${name}\` means nothing for ${holder}`,
      hint: 'leave it out',
    }));
}

/** All operations of a job share its connections. */
function connectionSettings({ fields, path }: Entry): Finding[] {
  return ['version', 'tls', 'proxy', 'unix_socket', 'max_header_size']
    .filter((name) => asObject(fields['http'])?.[name] !== undefined)
    .map((name) => ({
      path: [...path, 'http', name],
      part: 'key',
      message: `\`${name}\` is a setting of the connections, which all operations of the job share`,
      hint: "give it in the job's own `http`",
    }));
}
