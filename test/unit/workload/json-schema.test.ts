import { parseShape } from '../../../src/workload/check-shape.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonSchema, workloadJsonSchema } from '../../../src/workload/json-schema.ts';
import { arbitraryWorkload, WORKLOAD_ENV } from './arbitrary-workload.ts';
import { Validator } from './json-schema-validator.ts';
import { problemsOf } from './loading.ts';

const schema = workloadJsonSchema();
const validator = new Validator(schema);

/** Files that validation refuses, but JSON Schema cannot express; the syntax of a text is another. */
const BEYOND = /must ascend|from the lower to the higher/;

describe('the schema', () => {
  test('is draft 7, titled, without an $id', () => {
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema.title).toBe('loadbot-agent workload');
    expect(schema).not.toHaveProperty('$id');
    expect(Object.values(schema.definitions ?? {}).some((part) => typeof part === 'object' && 'id' in part)).toBe(
      false,
    );
  });

  test('closes every object that is not the user’s own', () => {
    const objects = Object.entries(schema.definitions ?? {}).filter(
      ([, part]) => typeof part === 'object' && part.type === 'object',
    );
    expect(objects.map(([name]) => name).toSorted()).toEqual([
      'abort_when',
      'agent',
      'auth',
      'basic',
      'body',
      'branch',
      'bulk_write_job',
      'capture',
      'comparison',
      'create_index_job',
      'custom_metric',
      'delete_job',
      'distribution',
      'drop_collection_job',
      'expect',
      'exponential_think_time',
      'feeder',
      'for_each',
      'grafana',
      'http',
      'http_tls',
      'index',
      'inner_step',
      'keys',
      'mixed_job',
      'normal_think_time',
      'operation',
      'parallel',
      'parameter',
      'part',
      'push_target',
      'query_threshold',
      'read_job',
      'requests_from',
      'scan_job',
      'scenario_job',
      'schema',
      'size_distribution',
      'sleep_job',
      'source',
      'stage',
      'step',
      'stream',
      'threshold',
      'tls',
      'transaction',
      'uniform_think_time',
      'update_job',
      'user_stage',
      'wait_for',
      'weighted_size',
      'weights',
      'workload_threshold',
      'write_job',
    ]);
    for (const [, part] of objects) expect(part).toHaveProperty('additionalProperties', false);
    expect(schema.additionalProperties).toBe(false);
  });

  test('describes every field, with an example that it accepts or a default', () => {
    const definitions = Object.entries((schema.definitions ?? {}) as Record<string, JsonSchema>);
    const parts = definitions.map(([name, part]) => [['definitions', name], part] as const);
    let fields = 0;
    for (const [at, part] of [[[], schema] as const, ...parts]) {
      for (const [name, field] of Object.entries((part.properties ?? {}) as Record<string, JsonSchema>)) {
        fields++;
        expect(field.description, name).toMatch(/\.$/);
        const examples = [...(field.examples ?? []), ...('default' in field ? [field.default] : [])];
        if (field.const === undefined) expect(examples.length, name).toBeGreaterThan(0);
        for (const example of examples) {
          expect(validator.accepts(example, [...at, 'properties', name]), name).toBe(true);
        }
      }
    }
    expect(fields).toBeGreaterThan(100);
  });
});

describe('accepts what validation accepts', () => {
  test('valid workloads', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWorkload, async (workload) => {
        const problems = await problemsOf(JSON.stringify(workload), { env: WORKLOAD_ENV });
        // Stages that end at 0 or conflicting templates may be drawn; the remaining problems are about references.
        expect(problems).toEqual([]);
        expect(validator.accepts(workload)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('rejects files that validation rejects', () => {
    const strange = fc.oneof(
      fc.constantFrom<unknown[]>(
        null,
        true,
        0,
        -1,
        1.5,
        5,
        1e12,
        '',
        'x',
        '5',
        '5s',
        '0s',
        '2xx',
        '/',
        [],
        {},
        [{}],
        ['x'],
        { parallel: [] },
      ),
      fc.constantFrom('read', 'sleep', '500/s', '1KB', 'http://h'),
    );
    let refused = 0;
    fc.assert(
      fc.property(
        arbitraryWorkload,
        fc.nat(),
        fc.constantFrom('replace', 'remove', 'add'),
        strange,
        (workload, at, how, value) => {
          const changed = change(workload, at, how, value);
          const findings = parseShape(changed).findings.filter(
            ({ message, inText }) => inText !== true && !BEYOND.test(message),
          );
          if (findings.length > 0) refused++;
          // The JSON Schema also finds names given twice, and a mixed job without requests; validation has checks for them.
          if (findings.length > 0) expect(validator.accepts(changed)).toBe(false);
          else if (!isFoundByAnotherCheck(changed)) expect(validator.accepts(changed)).toBe(true);
        },
      ),
      { numRuns: 400, endOnFailure: true },
    );
    expect(refused).toBeGreaterThan(80);
  });

  test.each([
    [{ jobs: [{ type: 'read', pace: 5, stages: [{ duration: '1s', pace: 5 }] }] }],
    [{ jobs: [{ type: 'read', schema: 'a', template: 'a' }] }],
    [{ jobs: [{ type: 'sleep', duration: '1s' }], schemas: [{ name: 'a', schema: {}, template: {} }] }],
    [{ jobs: [{ type: 'sleep', duration: '1s' }], schemas: [{ name: 'a' }] }],
    [{ jobs: [{ type: 'sleep', duration: '1s' }], http: { auth: {} } }],
    [{ jobs: [{ type: 'drop_collection', pace: 5 }] }],
    [{ jobs: [{ type: 'read', sql: 'SELECT 1', command: 'PING' }] }],
    [{ jobs: [{ type: 'mixed', mixed: {} }] }],
    [{ jobs: [{ type: 'mixed', mixed: [{ type: 'read', sql: 'SELECT 1', command: 'PING' }] }] }],
  ])('refuses %j', (workload) => {
    expect(validator.accepts(workload)).toBe(false);
  });
});

type Fields = Record<string, unknown>;

/** A copy with one node, the `at`th, replaced or removed or given one more field. */
function change(workload: Fields, at: number, how: string, value: unknown): unknown {
  const copy = structuredClone(workload);
  const holders: (readonly [Fields, string])[] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      holders.push([node as Fields, key]);
      collect((node as Fields)[key]);
    }
  };
  collect(copy);
  const [holder, key] = holders[at % holders.length] ?? [copy, 'jobs'];
  if (how === 'add') holder['rhubarb'] = value;
  else if (how === 'replace') holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return copy;
}

function isFoundByAnotherCheck(workload: unknown): boolean {
  const { jobs, schemas } = workload as { jobs: Fields[]; schemas?: Fields[] };
  const all = [
    ...jobs.flatMap((job) => (Array.isArray(job['parallel']) ? (job['parallel'] as Fields[]) : [job])),
    ...(schemas ?? []),
  ];
  return all.some((entry) => {
    const names = ['schema', 'template'].filter((name) => name in entry).length;
    // A mixed job may have requests of a file instead of operations.
    const hasNoRequests = entry['type'] === 'mixed' && !('mixed' in entry) && !('requests_from' in entry);
    const hasTwoPaces = 'pace' in entry && 'stages' in entry;
    return names === 2 || (names === 0 && !('type' in entry)) || hasTwoPaces || hasNoRequests;
  });
}
