import fc from 'fast-check';

// Valid workloads that have every field somewhere. Keys are optional, so each default is taken now and then.
const optional = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape, { requiredKeys: [] });

const name = fc.stringMatching(/^[a-zA-Z][a-z0-9 _.-]{0,10}[a-z]$/);
const duration = fc.constantFrom('200ms', '1s', '1.5s', '10m', '1h30m', '2d', '500us');
/** Nanoseconds, as loadbot writes them. */
const nanoseconds = fc.integer({ min: 1_000_000, max: 9e15 });
/** Limits that 0 takes away. */
const limit = fc.oneof(duration, nanoseconds, fc.constantFrom(0, '0s'));
const pause = fc.oneof(fc.constant('0s'), duration);
const rate = fc.oneof(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.constantFrom('500/s', '30000/m', '0.5/h'));
const count = fc.integer({ min: 1, max: 1_000_000 });
const text = fc.string({ maxLength: 12 }).map((value) => value.replaceAll('#', '##').replaceAll('${', '{'));
const tag = fc.constantFrom(
  '#id',
  '#string(5)',
  '#uuid',
  '#now',
  '#name',
  '#pick(a,b)',
  '#date(2024-01-01,2024-12-31)',
  'user-#int(-3, 9)',
  '#users.email',
);
const leaf = fc.oneof(text, tag, fc.integer(), fc.boolean(), fc.constant(null));
const template = fc.dictionary(name, fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(name, leaf)), {
  maxKeys: 4,
});
const status = fc.constantFrom(204, '2xx', '200-204', '404');

const http = optional({
  method: fc.constantFrom('GET', 'put'),
  path: fc.constantFrom('/', '/search?q=#string'),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,5}$/), fc.constantFrom('a', '#uuid', '${TOKEN}', null)),
  body: fc.oneof(leaf, template),
  expect_status: fc.oneof(status, fc.array(status, { minLength: 1, maxLength: 3 })),
  version: fc.constantFrom(1, 2),
  proxy: fc.constantFrom('http://proxy:3128', null),
  auth: fc.oneof(
    fc.record({ bearer: fc.constant('${TOKEN}') }),
    fc.record({ basic: fc.record({ username: name, password: text.map((value) => value.replaceAll('$', '')) }) }),
  ),
  tls: optional({ ca: name, server_name: name, insecure_skip_verify: fc.boolean(), resume: fc.boolean() }),
});

const request = {
  name,
  database: name,
  http,
  connections: fc.integer({ min: 1, max: 100_000 }),
  operations: fc.oneof(count, fc.constant(0)),
  timeout: limit,
  drain: pause,
};
const load = { ...request, duration: limit, warm_up: pause, think_time: pause };
const size = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.constantFrom('1KB', '1KiB', '2.5MB', '10B'));
const pacing = fc.oneof(
  fc.constant({}),
  fc.record({ pace: rate, arrival: fc.constantFrom('even', 'poisson'), overload: fc.constantFrom('queue', 'skip') }),
  fc.record({
    stages: fc.array(fc.record({ duration: pause, pace: rate, from: rate }), { minLength: 1, maxLength: 3 }),
  }),
);

const keys = fc.oneof(
  fc.constantFrom('uniform', 'zipfian', 'latest', 'hotspot', 'sequential'),
  fc.record(
    {
      distribution: fc.constant('zipfian'),
      theta: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      scrambled: fc.boolean(),
    },
    { requiredKeys: ['distribution'] },
  ),
  fc.record(
    {
      distribution: fc.constant('hotspot'),
      hot_keys: fc.double({ min: 0, max: 1, noNaN: true }),
      hot_operations: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: ['distribution'] },
  ),
);
const weight = fc.double({ min: 0.001, max: 1000, noNaN: true });
const batchSize = fc.integer({ min: 0, max: 100_000 });
const operation = fc.oneof(
  fc.record({ type: fc.constant('read'), weight, filter: template, keys }, { requiredKeys: ['type'] }),
  fc.record(
    { type: fc.constant('bulk_write'), weight, data_size: size, batch_size: batchSize },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    { type: fc.constant('update'), weight, keys, read_first: fc.boolean() },
    { requiredKeys: ['type', 'weight'] },
  ),
);
const mixed = fc.oneof(
  fc.record({ read: weight, write: weight, update: weight }, { requiredKeys: ['read'] }),
  fc.array(operation, { minLength: 1, maxLength: 4 }),
);

function jobOf(type: string, fields: Record<string, fc.Arbitrary<unknown>>, paced: boolean) {
  return fc
    .tuple(
      optional(fields),
      paced ? pacing : fc.constant({}),
      fc.constantFrom({ schema: 'user' }, { template: 'user' }, { schema: 'user', collection: 'things' }),
    )
    .map((parts) => Object.assign({ type }, ...parts) as Record<string, unknown>);
}

const job = fc.oneof(
  jobOf('read', { ...load, filter: template, keys }, true),
  jobOf('write', { ...load, data_size: size, batch_size: batchSize, format: name }, true),
  jobOf('bulk_write', { ...load, data_size: size, batch_size: batchSize }, true),
  jobOf('update', { ...load, data_size: size, filter: template, keys, read_first: fc.boolean() }, true),
  fc.tuple(jobOf('mixed', load, true), mixed).map(([job, mixed]) => Object.assign(job, { mixed })),
  // Uses its own collection, since a dropped one has no documents to read.
  jobOf('drop_collection', request, false).map((job) => Object.assign(job, { collection: 'dropped' })),
  fc.record({ type: fc.constant('sleep'), duration: fc.oneof(duration, nanoseconds) }),
);

/** A valid workload file's content. Its variables are in `WORKLOAD_ENV`. */
export const arbitraryWorkload: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    fc.record({
      connection_string: fc.constantFrom('http://bob:pw@127.0.0.1:8080/api/', 'https://localhost', 'embedded:'),
      jobs: fc.array(fc.oneof(job, fc.record({ parallel: fc.array(job, { minLength: 1, maxLength: 3 }) })), {
        minLength: 1,
        maxLength: 4,
      }),
      feeders: fc.constantFrom(
        [{ name: 'users', file: 'users.csv' }],
        [{ name: 'users', file: 'u.ndjson', order: 'random' }],
      ),
      // Reads and updates need documents to aim at, in whatever collection they are.
      schemas: fc
        .tuple(template, fc.integer({ min: 1, max: 1e12 }))
        .map(([schema, existing]) => [{ name: 'user', collection: 'users', existing, schema }]),
    }),
    optional({
      name,
      http,
      threads: fc.integer({ min: 1, max: 64 }),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      buckets: fc
        .uniqueArray(fc.double({ min: 0.001, max: 100, noNaN: true }), { minLength: 1, maxLength: 5 })
        .map((bounds) => bounds.toSorted((a, b) => a - b)),
      agent: optional({
        name,
        port: fc.constantFrom(1234, '1234'),
        metrics_export_url: fc.constant('http://victoria-metrics:8428/api/v1/import/prometheus'),
        metrics_export_interval_seconds: fc.double({ min: 0.1, max: 60, noNaN: true }),
        metrics_export_port: fc.constantFrom(0, 9090, '9090'),
        metrics_export_host: fc.constant('0.0.0.0'),
      }),
    }),
  )
  .map(([needed, other]) => withoutIdle(Object.assign({}, needed, other)));

type Holder = Record<string, unknown>;

/** Takes out the fields that would have no effect, which validation refuses. */
function withoutIdle(workload: Holder): Holder {
  const target = String(workload['connection_string']);
  const shared = connectionOf(target, workload['http']);
  const jobs = (workload['jobs'] as Holder[]).map((entry) =>
    Array.isArray(entry['parallel'])
      ? { parallel: entry['parallel'].map((one: Holder) => effective(one, target, shared)) }
      : effective(entry, target, shared),
  );
  return { ...workload, ...(shared && { http: shared }), jobs };
}

function connectionOf(target: string, http: unknown): Holder | undefined {
  if (http === undefined) return undefined;
  const { tls, version, proxy, ...rest } = http as Holder;
  const given = target === 'embedded:' ? {} : { version, proxy, ...(target.startsWith('https:') && { tls }) };
  return { ...rest, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

function effective(job: Holder, target: string, shared: Holder | undefined): Holder {
  const http = connectionOf(target, job['http']);
  const merged = { ...shared, ...http };
  const { filter, keys, data_size, batch_size, ...rest } = job;
  const isEmpty = Object.keys(Object(filter)).length === 0;
  const sendsDocument = merged['body'] === undefined && merged['method'] !== 'GET';
  const kept = {
    filter: merged['path'] === undefined && !isEmpty ? filter : undefined,
    keys: merged['path'] === undefined && isEmpty ? keys : undefined,
    data_size: sendsDocument ? data_size : undefined,
    batch_size: sendsDocument || job['type'] === 'write' ? batch_size : undefined,
    http,
    mixed: Array.isArray(job['mixed'])
      ? job['mixed'].map((one: Holder) => effective(one, target, merged))
      : job['mixed'],
  };
  return { ...rest, ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) };
}

export const WORKLOAD_ENV = { TOKEN: 'se#cret' };
