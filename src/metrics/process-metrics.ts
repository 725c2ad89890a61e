import process from 'node:process';
import { collectDefaultMetrics, Registry, Histogram } from 'prom-client';
import { readTextFile } from '../shared/read-file.ts';
import { defineFamilies, type FamilyRow, single, withSamples } from './define-families.ts';
import type { Family, Sample } from './family.ts';
import { SeriesLabels } from './series-labels.ts';
import { formatGoFloat } from './text.ts';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** Metrics of this process and its runtime: `process_*` and `nodejs_*`, as in common Node dashboards. */
export interface ProcessMetrics {
  /** Reads the current values, each sample with the label `agent`. */
  read(agent: string): Promise<readonly Family[]>;
}

let collected: ProcessMetrics | undefined;

/**
 * Starts observing the process, once: the observers cannot be removed, and a process may have many runs. They do not keep
 * the process alive.
 */
export function collectProcessMetrics(): ProcessMetrics {
  collected ??= observeProcess();
  return collected;
}

function observeProcess(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerGcDurations(registry);
  return {
    async read(agent) {
      const metrics = (await registry.getMetricsAsJSON()) as unknown as readonly LibraryMetric[];
      return [
        ...metrics.map((metric) => toFamily(metric, agent)).filter(({ samples }) => samples.length > 0),
        ...withSamples(buildFamilies([readProcess(agent)])),
      ];
    },
  };
}

/**
 * Actual shape of the metrics of `prom-client`; its declarations type `type` as a number and omit the sample's name.
 */
interface LibraryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: Family['type'];
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

function toFamily({ name, help, type, values }: LibraryMetric, agent: string): Family {
  const samples = values.map(({ value, labels, metricName = name }): Sample => ({
    suffix: metricName.slice(name.length),
    labels: {
      ...Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, formatLabel(text)])),
      agent,
    },
    value: name.startsWith(EVENT_LOOP_LAG) ? finiteLag(value) : value,
  }));
  // Gauges with a counter's name, which dashboards use.
  return { name, help, type: type === 'gauge' && name.endsWith('_total') ? 'unknown' : type, samples };
}

const EVENT_LOOP_LAG = 'nodejs_eventloop_lag_';

/**
 * Replaces invalid values by 0: two readings within 10 ms have no sample between them, so the mean is NaN and the
 * minimum 292 years.
 */
function finiteLag(seconds: number): number {
  return seconds < 1e9 ? seconds : 0;
}

function formatLabel(value: string | number): string {
  return typeof value === 'number' ? formatGoFloat(value) : value;
}

const NAME = 'nodejs_gc_duration_seconds';
const KINDS = new Map<unknown, string>([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** Performance entry of type `gc`. */
interface GcEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

/**
 * Replaces the collector of `prom-client`, which counts only one collection per batch of entries (40 of 66 in a trial),
 * by one that counts all, with the same name, buckets and labels.
 */
function registerGcDurations(registry: Registry): void {
  registry.removeSingleMetric(NAME);
  const histogram = new Histogram({
    name: NAME,
    help: 'Garbage collections of the main thread, by kind: major, minor, incremental or weakcb.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    registers: [registry],
  });
  for (const kind of KINDS.values()) histogram.zero({ kind });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as GcEntry[]) {
      const kind = KINDS.get(entry.detail?.kind);
      if (kind !== undefined) histogram.observe({ kind }, entry.duration / 1000);
    }
  }).observe({ entryTypes: ['gc'] });
}

function readProcess(agent: string): ProcessState {
  return {
    series: new SeriesLabels({ agent }),
    usage: process.resourceUsage(),
    status: fieldsOf(readTextFile('/proc/self/status')),
    io: fieldsOf(readTextFile('/proc/self/io')),
  };
}

/** Values read from the operating system. */
interface ProcessState {
  readonly series: SeriesLabels;
  /** Resource usage by getrusage(2), available on every system; times in microseconds. */
  readonly usage: NodeJS.ResourceUsage;
  /** Fields of /proc/self/status and /proc/self/io; empty except on Linux. */
  readonly status: ReadonlyMap<string, number>;
  readonly io: ReadonlyMap<string, number>;
}

const KIB = 1024;

/** Families with the names of VictoriaMetrics' Go library, which the original loadbot used. */
const buildFamilies = defineFamilies<ProcessState>([
  counter('process_cpu_seconds_user_total', 'Processor time in user mode.', ({ usage }) => usage.userCPUTime / 1e6),
  counter(
    'process_cpu_seconds_system_total',
    'Processor time in the kernel.',
    ({ usage }) => usage.systemCPUTime / 1e6,
  ),
  counter('process_major_pagefaults_total', 'Page faults that read from storage.', ({ usage }) => usage.majorPageFault),
  counter(
    'process_minor_pagefaults_total',
    'Page faults that did not read from storage.',
    ({ usage }) => usage.minorPageFault,
  ),
  status('process_num_threads', 'Threads of the process.', 'Threads', 1),
  status('process_resident_memory_peak_bytes', 'Largest resident memory so far.', 'VmHWM'),
  status('process_virtual_memory_peak_bytes', 'Largest virtual memory so far.', 'VmPeak'),
  status('process_resident_memory_anon_bytes', 'Resident anonymous memory (not backed by a file).', 'RssAnon'),
  status('process_resident_memory_file_bytes', 'Resident memory of mapped files.', 'RssFile'),
  status('process_resident_memory_shared_bytes', 'Resident shared memory.', 'RssShmem'),
  io('process_io_read_bytes_total', 'Bytes read by system calls, network included.', 'rchar'),
  io('process_io_written_bytes_total', 'Bytes written by system calls, network included.', 'wchar'),
  io('process_io_read_syscalls_total', 'Read system calls.', 'syscr'),
  io('process_io_write_syscalls_total', 'Write system calls.', 'syscw'),
  io('process_io_storage_read_bytes_total', 'Bytes read from storage.', 'read_bytes'),
  io('process_io_storage_written_bytes_total', 'Bytes written to storage.', 'write_bytes'),
]);

function counter(
  name: string,
  help: string,
  valueOf: (state: ProcessState) => number | undefined,
): FamilyRow<ProcessState> {
  return { name, type: 'counter', help, read: single(valueOf) };
}

function status(name: string, help: string, field: string, scale = KIB): FamilyRow<ProcessState> {
  const valueOf = (value: number | undefined): number | undefined => value && value * scale;
  return { name, type: 'gauge', help, read: single((state) => valueOf(state.status.get(field))) };
}

function io(name: string, help: string, field: string): FamilyRow<ProcessState> {
  return counter(name, help, (state) => state.io.get(field));
}

/** Parses lines `field: value`. */
function fieldsOf(text = ''): ReadonlyMap<string, number> {
  return new Map([...text.matchAll(/^(\w+):\s*(\d+)/gm)].map(([, field = '', value]) => [field, Number(value)]));
}
