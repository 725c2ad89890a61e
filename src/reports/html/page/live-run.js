/** Rows of a job that are kept; of more, each second one is dropped. */
const MAX_KEPT_ROWS = 3600;
/** Points of a series of a source that are kept, likewise. */
const MOST_POINTS_KEPT = 3600;
/** Events that are kept, the newest. */
const MOST_EVENTS = 1000;

/**
 * Drops each second value of columns, in place, since charts draw these arrays.
 * @param {Iterable<(number | null)[]>} columns
 */
export function halve(columns) {
  for (const values of columns) values.splice(0, values.length, ...values.filter((_, at) => at % 2 === 1));
}

/** Columns of a timeline, one value per row. @typedef {Record<string, (number | null)[]>} Columns */
/** A series of a source. @typedef {{ label: string; type: string | null; at: number[]; values: (number | null)[] }} LiveSeries */

/** Everything that the page knows of one run. */
export class LiveRun {
  /** @type {string | undefined} */
  id;
  startedMs = 0;
  /** Rows by job key; `at_seconds` is their time. @type {Map<string, Columns>} */
  rows = new Map();
  /** Newest last. @type {any[]} */
  events = [];
  /** @type {{ name: string; spans: [number, number][] }[]} */
  phases = [];
  /** Sources by name, with their series by metric. @type {Map<string, { source: any; metrics: Map<string, Map<string, LiveSeries>> }>} */
  sources = new Map();
  /** Number of changes of the sources, and of those that are shown. */
  sourceChanges = 0;
  shownChanges = 0;
  /** Histograms by job key. @type {Map<string, any>} */
  histograms = new Map();
  /** How it ended. @type {any} */
  ended;

  /** Begins another run; nothing changes for the same one. @param {any} run @returns {boolean} whether it is another */
  begin({ run_id: id, started_at: startedAt }) {
    if (id === this.id) return false;
    Object.assign(this, new LiveRun(), { id, startedMs: Date.parse(startedAt) });
    return true;
  }

  /** Adds rows that are not known yet. @param {{ job: string; timeline: Columns }} rows */
  addRows({ job, timeline }) {
    const known = this.rows.get(job) ?? {};
    this.rows.set(job, known);
    const last = known['at_seconds']?.at(-1) ?? -1;
    const from = (timeline['at_seconds'] ?? []).findIndex((at) => (at ?? 0) > last);
    if (from === -1) return;
    for (const [name, values] of Object.entries(timeline)) (known[name] ??= []).push(...values.slice(from));
    if ((known['at_seconds']?.length ?? 0) <= MAX_KEPT_ROWS) return;
    halve(Object.values(known));
  }

  /** @param {any[]} histograms */
  addHistograms(histograms) {
    this.histograms = new Map(histograms.map((one) => [one.job, one]));
  }

  /** @param {any} event */
  addEvent(event) {
    if (event.number > (this.events.at(-1)?.number ?? 0)) this.events.push(event);
    if (this.events.length > MOST_EVENTS) this.events.shift();
  }

  /** @param {any} source */
  addSource({ series, ...source }) {
    this.sourceChanges++;
    const known = this.sources.get(source.name) ?? { source, metrics: new Map() };
    known.source = source;
    this.sources.set(source.name, known);
    for (const { name, type, labels, points } of series) {
      const metric = known.metrics.get(name) ?? new Map();
      known.metrics.set(name, metric);
      const label = Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ');
      const one = metric.get(label) ?? { label: label || name, type, at: [], values: [] };
      metric.set(label, one);
      for (const [at, value] of points) {
        if (at <= (one.at.at(-1) ?? -Infinity)) continue;
        one.at.push(at);
        one.values.push(value);
      }
      if (one.at.length > MOST_POINTS_KEPT) halve([one.at, one.values]);
    }
  }
}

/** Key of a job's rows. @param {{ uuid: string; type: string; step: string | null }} job */
export function keyOfJob({ uuid, type, step }) {
  return step === null ? `${uuid}/${type}` : `${uuid}/${type}/${step}`;
}
