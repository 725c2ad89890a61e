/** All defaults of the workload file, in the notation of the file. */
export const DEFAULTS = {
  threads: 1,
  /** Seconds; see "Histograms" in the documentation of the metrics. */
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  agent: {
    metrics_export_interval_seconds: 10,
    metrics_export_host: '127.0.0.1',
    job_label: 'job',
    go_compat: false,
    k6_compat: false,
    require_delivery: false,
    allow_invalid: false,
  },
  pushTarget: {
    /** An hour at the default interval. */
    buffer: 360,
    gzip: true,
    grace_seconds: 15,
    keep_groups: false,
  },
  grafana: {
    /** Uid of the dashboard in examples/grafana. */
    dashboard_uid: 'loadbot-agent',
  },
  job: {
    connections: 1,
    arrival: 'even',
    overload: 'queue',
    timeout: '30s',
    drain: '5s',
    precision: '150us',
    start_after: '0s',
    warm_up: '0s',
    think_time: '0s',
    trace: false,
    first_byte: false,
    data_size: 0,
    batch_size: 100,
    keys: 'uniform',
    /** As in YCSB's workload E. */
    scan_length: { uniform: [1, 100] },
    read_first: false,
    max_body: '1MiB',
  },
  expect: {
    sample: 1,
  },
  scenario: {
    session: 'user',
    on_error: 'next_iteration',
    chance: 1,
    weight: 1,
    /** Elements of a list of `for_each`. */
    limit: 1000,
    pick: 'first',
    read_only: false,
    retries: 0,
  },
  /** A delete takes the oldest document, and each one another. */
  deleteKeys: 'sequential',
  /** Defaults of YCSB. */
  keys: {
    theta: 0.99,
    scrambled: true,
    hot_keys: 0.2,
    hot_operations: 0.8,
  },
  source: {
    interval: '1s',
    timeout: '500ms',
    max_bytes: '16MiB',
    max_series: 10_000,
  },
  feeder: {
    order: 'sequential',
    on_end: 'restart',
  },
  requestsFrom: {
    order: 'recorded',
    sample: 1,
    repeat: false,
    name_by: 'path',
  },
  gate: {
    timeout: '5m',
    for: '0s',
  },
  threshold: {
    abort_on_fail: false,
    delay: '0s',
    timeout: '10s',
  },
  /** `create_index` and `drop_collection` run once. */
  onceOperations: 1,
  http: {
    version: 1,
    streams: 1,
    expect_status: '2xx',
    max_header_size: '1MiB',
    cookies: false,
    redirects: 0,
    insecure_skip_verify: false,
    resume_tls: false,
  },
} as const;
