import { stepTitle } from '../phrases/notes.ts';
import { formatBytes, formatCount, formatCountOf, formatMs } from '../../shared/units.ts';
import { describeFloor } from '../document/environment-document.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { collapsible, type Content, markup, type Markup } from './markup.ts';
import { count } from './quantity.ts';
import { numbers, table, words } from './table.ts';
import type { Json } from '../../shared/json.ts';

/** Renders the workload and the environment, collapsed, for reproducing the run. */
export function environmentSection(document: ResultDocument): Markup {
  const { run_id: runId, seed, threads, versions, started_at: startedAt, ended_at: endedAt } = document;
  const { workload_as_run: file } = document;
  const facts = {
    run: runId,
    seed,
    threads,
    started: startedAt,
    ended: endedAt,
    ...versions,
    ...machineFacts(document),
    floor: describeFloor(document.floor),
  };
  return markup`<section id="environment">
${collapsible('Workload', [workloadTable(document), file === null ? undefined : workloadFile(file)])}${collapsible(
    'Environment',
    markup`<dl class="facts">${Object.entries(facts).map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`,
  )}${document.deliveries.length === 0 ? undefined : collapsible('Delivered metrics', deliveryTable(document))}</section>
`;
}

/** Facts about the machine; empty for a file of an older version. */
function machineFacts({ environment }: ResultDocument): Readonly<Record<string, string>> {
  if (environment === null) return {};
  const {
    cpu_model: model,
    cpus,
    cpu_limit: cpuLimit,
    memory_bytes: memory,
    memory_limit_bytes: memoryLimit,
  } = environment;
  return {
    processor: `${formatCountOf(cpus, 'processor')}, ${model}`,
    ...(cpuLimit !== null && { 'processor limit': `${cpuLimit} of ${cpus}` }),
    memory: formatBytes(memory),
    ...(memoryLimit !== null && { 'memory limit': formatBytes(memoryLimit) }),
    system: environment.system,
    kernel: `${environment.kernel} ${environment.arch}`,
  };
}

function workloadTable({ jobs }: ResultDocument): Markup {
  const columns = [words('job'), words('type'), ...numbers('connections', 'pace', 'duration', 'operations', 'planned')];
  const orNone = (value: number | null, format: (value: number) => string): string =>
    value === null ? '–' : format(value);
  const rows = jobs.map((job): Content[] => [
    stepTitle(job),
    job.type,
    orNone(job.connections, formatCount),
    orNone(job.pace, (pace) => `${formatCount(pace)}/s`),
    orNone(job.limits.duration_seconds, (seconds) => formatMs(seconds * 1000)),
    orNone(job.limits.operations, formatCount),
    orNone(job.planned, formatCount),
  ]);
  return table('Workload', columns, rows);
}

function deliveryTable({ deliveries }: ResultDocument): Markup {
  const rows = deliveries.map((delivery): Content[] => [
    delivery.target,
    count(delivery.delivered_samples),
    count(delivery.undelivered_samples),
    delivery.last_error ?? undefined,
  ]);
  return table('Delivered metrics', [words('to'), ...numbers('samples', 'lost'), words('last error')], rows);
}

/** Renders the effective workload, formatted like a workload file: short lists and objects on one line. */
export function workloadFile(file: Json): Markup {
  return markup`<div class="file">${pretty(file, '').split('\n').map(lineOf)}</div>
`;
}

/** Renders a line with a hanging indent for wrapped text. */
function lineOf(line: string): Markup {
  const indent = line.length - line.trimStart().length;
  return markup`<code class="indent-${Math.min(indent / 2, 8)}">${line.trimStart()}</code>
`;
}

const WIDTH = 90;

function pretty(value: Json, indent: string): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item: Json) => pretty(item, inner))
    : Object.entries(value).map(([key, item]: [string, Json]) => `${JSON.stringify(key)}: ${pretty(item, inner)}`);
  const [open, shut] = isList ? '[]' : '{}';
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${shut}`;
}

function oneLine(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]: [string, Json]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
