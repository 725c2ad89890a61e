import type { Profile } from './profile.ts';

/** A Node.js process with the default metrics of prom-client. */
export const node: Profile = {
  name: 'node',
  system: 'a Node.js process',
  ofRuntime: true,
  // Labels that the user adds to all series.
  moreLabels: true,
  families: [
    { name: 'process_cpu_user_seconds_total', type: 'counter', labels: [] },
    { name: 'process_cpu_system_seconds_total', type: 'counter', labels: [] },
    { name: 'process_cpu_seconds_total', type: 'counter', labels: [] },
    { name: 'process_start_time_seconds', type: 'gauge', labels: [] },
    { name: 'process_resident_memory_bytes', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_min_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_max_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_mean_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_stddev_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_p50_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_p90_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_eventloop_lag_p99_seconds', type: 'gauge', labels: [] },
    { name: 'nodejs_active_resources', type: 'gauge', labels: ['type'] },
    { name: 'nodejs_active_resources_total', type: 'gauge', labels: [] },
    { name: 'nodejs_active_handles_total', type: 'gauge', labels: [] },
    { name: 'nodejs_active_requests_total', type: 'gauge', labels: [] },
    { name: 'nodejs_heap_size_total_bytes', type: 'gauge', labels: [] },
    { name: 'nodejs_heap_size_used_bytes', type: 'gauge', labels: [] },
    { name: 'nodejs_external_memory_bytes', type: 'gauge', labels: [] },
    { name: 'nodejs_heap_space_size_total_bytes', type: 'gauge', labels: ['space'] },
    { name: 'nodejs_heap_space_size_used_bytes', type: 'gauge', labels: ['space'] },
    { name: 'nodejs_heap_space_size_available_bytes', type: 'gauge', labels: ['space'] },
    { name: 'nodejs_gc_duration_seconds', type: 'histogram', labels: ['kind'] },
    { name: 'nodejs_version_info', type: 'gauge', labels: ['version', 'major', 'minor', 'patch'] },
  ],
  phases: [
    {
      name: 'event_loop_lag',
      condition: 'nodejs_eventloop_lag_seconds > 100ms',
      meaning: 'the event loop is blocked: the whole process waits',
    },
  ],
  failures: [],
  rates: ['process_cpu_seconds_total', 'nodejs_gc_duration_seconds_sum', 'nodejs_gc_duration_seconds_count'],
};
