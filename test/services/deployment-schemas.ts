import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DEPLOYMENT_SCHEMAS } from '../needs.ts';

export { DEPLOYMENT_SCHEMAS };

/** An object of Kubernetes. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Returns the problems of an object: fields that its kind does not have, wrong types, missing fields. */
export function createKubernetesValidator(): (object: KubernetesObject) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(readSchema('kubernetes/_definitions.json'));
  return (object) => {
    const { apiVersion, kind } = object;
    // Files are named after the kind, the first part of the group, and the version.
    const [version = '', group] = apiVersion.split('/').toReversed();
    const file = [kind.toLowerCase(), ...(group === undefined ? [] : [group.split('.')[0]]), version].join('-');
    const schema = readSchema(`kubernetes/${file}.json`);
    const validate = ajv.getSchema(String(schema['$id'])) ?? ajv.compile(schema);
    void validate(object);
    return problemsOf(validate.errors, `${kind} ${object.metadata.name}`);
  };
}

/** The problems of a Compose file. */
export function problemsOfCompose(file: unknown): readonly string[] {
  const { $schema: _, ...schema } = readSchema('compose.json');
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
    withoutIds(schema) as object,
  );
  void validate(file);
  return problemsOf(validate.errors, 'compose');
}

type Errors = typeof Ajv.prototype.errors;

function problemsOf(errors: Errors, name: string): readonly string[] {
  return (errors ?? []).map(({ instancePath, message, params }) => {
    const field = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
    return `${name}${instancePath}: ${message}${field}`;
  });
}

/** The schema of Compose files has `id`, the keyword of an older draft. */
function withoutIds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutIds);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      key === 'id' && typeof value === 'string' ? [] : [[key, withoutIds(value)]],
    ),
  );
}

function readSchema(path: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(DEPLOYMENT_SCHEMAS.folder ?? '', path), 'utf8');
  return JSON.parse(text) as Record<string, unknown>;
}
