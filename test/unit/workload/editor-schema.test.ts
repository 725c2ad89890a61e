import { parseShape } from '../../../src/workload/check-shape.ts';
import { describe, expect, test } from 'vitest';
import { editorSchema, type JsonSchema, workloadJsonSchema } from '../../../src/workload/json-schema.ts';
import { expandVariables, convertVariables } from '../../../src/workload/variables.ts';
import { Validator } from './json-schema-validator.ts';

type Fields = Readonly<Record<string, unknown>>;

const written = new Validator(editorSchema());
const definitions = workloadJsonSchema().definitions as Readonly<Record<string, JsonSchema>>;
const SLEEP = { type: 'sleep', duration: '1s' };
const inJob = (job: Fields): Fields => ({ jobs: [{ type: 'read', collection: 'c', ...job }] });
const inWorkload = (fields: Fields): Fields => ({ jobs: [SLEEP], ...fields });

/** Where the objects of a definition stand in a workload, and fields that they need beside the required ones. */
const PLACES: Readonly<Record<string, readonly [place: (object: Fields) => Fields, needs?: Fields]>> = {
  parameter: [(parameter) => inWorkload({ parameters: { A: parameter } })],
  agent: [(agent) => inWorkload({ agent })],
  push_target: [(target) => inWorkload({ agent: { metrics_export_targets: [target] } })],
  grafana: [(grafana) => inWorkload({ agent: { grafana } })],
  http: [(http) => inWorkload({ http })],
  part: [(part) => inWorkload({ http: { multipart: { a: part } } })],
  auth: [(auth) => inWorkload({ http: { auth } })],
  basic: [(basic) => inWorkload({ http: { auth: { basic } } })],
  http_tls: [(tls) => inWorkload({ http: { tls } })],
  tls: [(tls) => inWorkload({ agent: { grafana: { url: 'https://g', tls } } })],
  parallel: [(group) => ({ jobs: [group] })],
  operation: [(operation) => inJob({ type: 'mixed', mixed: [operation] })],
  weights: [(mixed) => inJob({ type: 'mixed', mixed })],
  requests_from: [(requests_from) => inJob({ type: 'mixed', requests_from })],
  weighted_size: [(size) => inJob({ type: 'write', data_size: [size] })],
  user_stage: [(stage) => inJob({ users: [stage] })],
  keys: [(keys) => inJob({ keys })],
  stage: [(stage) => inJob({ stages: [stage] })],
  index: [(index) => inJob({ type: 'create_index', indexes: [index] })],
  threshold: [(threshold) => inJob({ thresholds: [threshold] })],
  workload_threshold: [(threshold) => inWorkload({ thresholds: [threshold] })],
  query_threshold: [(threshold) => inWorkload({ thresholds: [threshold] })],
  abort_when: [(abort_when) => inWorkload({ abort_when })],
  wait_for: [(wait_for) => inJob({ wait_for })],
  schema: [(schema) => inWorkload({ schemas: [schema] }), { schema: {} }],
  feeder: [(feeder) => inWorkload({ feeders: [feeder] })],
  source: [(source) => inWorkload({ sources: [source] }), { url: 'http://127.0.0.1/metrics' }],
};

const inSteps = (...steps: readonly Fields[]): Fields => inJob({ type: 'scenario', steps });
const STEP = { name: 'a' };

/** The same for the parts of a scenario and for checks. */
const SCENARIO_PLACES: typeof PLACES = {
  expect: [(expected) => inJob({ expect: expected })],
  comparison: [(comparison) => inJob({ expect: { json: { '$.a': comparison } } })],
  body: [(body) => inJob({ expect: { body } })],
  step: [(step) => inSteps(step)],
  inner_step: [(step) => inSteps({ steps: [step] })],
  branch: [(branch) => inSteps({ one_of: [{ steps: [STEP] }, branch] })],
  for_each: [(list) => inSteps({ ...STEP, for_each: list })],
  capture: [(capture) => inSteps({ ...STEP, capture: { a: capture } }), { json: '$.a' }],
  stream: [(stream) => inJob({ stream }), { format: 'sse' }],
  custom_metric: [(metric) => inWorkload({ custom_metrics: { orders: metric } }), { type: 'counter' }],
  transaction: [(transaction) => inJob({ type: 'scenario', steps: [STEP], transaction })],
  uniform_think_time: [(time) => inJob({ think_time: time })],
  normal_think_time: [(time) => inJob({ think_time: time })],
  exponential_think_time: [(time) => inJob({ think_time: time })],
};

function placeOf(name: string): (typeof PLACES)[string] {
  if (name === 'workload') return [(fields) => ({ jobs: [SLEEP], ...fields })];
  const inFile = (job: Fields): Fields => ({ jobs: [job] });
  if (name === 'mixed_job') return [inFile, { mixed: { read: 1 } }];
  const place = name.endsWith('_job') ? ([inFile] as const) : (PLACES[name] ?? SCENARIO_PLACES[name]);
  if (place === undefined) throw new Error(`no place for ${name}`);
  return place;
}

/** Values of a definition's required fields. */
function requiredOf({ properties, required = [] }: JsonSchema): Fields {
  const fields = properties as Readonly<Record<string, JsonSchema>>;
  return Object.fromEntries(required.map((name) => [name, fields[name]?.const ?? fields[name]?.examples?.[0]]));
}

/** Single values that a field may have. */
function valuesOf({ const: only, examples = [], enum: listed = [], default: fallback }: JsonSchema): unknown[] {
  return [only, ...examples, ...listed, fallback].filter(
    (value) => value !== undefined && value !== null && typeof value !== 'object',
  );
}

/** What validation finds in the form of a file. */
function findingsOf(file: Fields, env: Readonly<Record<string, string>>): unknown[] {
  const filled = expandVariables(file, env);
  return [...filled.findings, ...parseShape(convertVariables(filled, parseShape(filled.value).findings)).findings];
}

/** Variables of the fields' examples. */
const EXAMPLE_ENV = { TARGET_TOKEN: 'token', TARGET_PASSWORD: 'password', PUSH_TOKEN: 'token', API_TOKEN: 'token' };

const all: Readonly<Record<string, JsonSchema>> = { workload: workloadJsonSchema(), ...definitions };
const cases = Object.entries(all)
  .filter(([, { properties }]) => properties !== undefined)
  .flatMap(([name, part]) =>
    Object.entries(part.properties as Readonly<Record<string, JsonSchema>>).flatMap(([field, schema]) =>
      valuesOf(schema).map((value) => ({ name, field, value, part })),
    ),
  );

describe('a variable may replace the value of a field', () => {
  test('of type text, number or boolean', () => {
    const fields = new Set(cases.map(({ name, field }) => `${name}.${field}`));
    expect(fields.size).toBeGreaterThan(150);
    for (const { name, field, value, part } of cases) {
      const [place, needs] = placeOf(name);
      const isAlternative = part.oneOf?.some(({ required }) => required?.includes(field));
      const rest = { ...requiredOf(part), ...(isAlternative !== true && needs) };
      const file = (given: unknown): Fields => place({ ...rest, [field]: given });
      const at = `${name}.${field}: ${JSON.stringify(value)}`;
      expect(findingsOf(file('${V}'), { ...EXAMPLE_ENV, V: String(value) }), at).toEqual([]);
      expect(written.accepts(file(value)), at).toBe(true);
      expect(written.accepts(file('${V}')), at).toBe(true);
    }
  });

  test('that is the type of a job, and the other fields of the job are still checked', () => {
    for (const type of ['read', 'sleep', 'bulk_write']) {
      const file = (given: string): Fields => inWorkload({ jobs: [{ ...SLEEP, type: given }] });
      expect(findingsOf(file('${V}'), { V: type })).toEqual([]);
      expect(written.accepts(file('${V}'))).toBe(true);
    }
    expect(written.accepts(inWorkload({ jobs: [{ type: '${V}', rhubarb: 1 }] }))).toBe(false);
  });

  test.each([
    [{ threads: '2' }],
    [{ threads: '2${V}' }],
    [{ buckets: [0.1, 'x'] }],
    [{ http: { tls: { insecure_skip_verify: 'yes' } } }],
    [{ jobs: [{ type: 'sleep', duration: 'long' }] }],
    [{ jobs: [{ type: 'slumber', duration: '1s' }] }],
    [{ jobs: '${V}' }],
  ])('refuses %j', (fields) => {
    const file = inWorkload(fields);
    expect(findingsOf(file, { V: 'x' }).length).toBeGreaterThan(0);
    expect(written.accepts(file)).toBe(false);
  });
});
