import { halve, keyOfJob } from './live-run.js';

/** @import { Color } from '../charts/chart.ts' */
/** @import { LiveCharts, LiveChart } from './live-charts.js' */

/** Points that are kept; of more, each second one is dropped. */
const MOST_POINTS = 3600;
/** A status that follows another one sooner replaces its point: the rate between the two would be one of a moment. */
const MIN_SECONDS = 0.5;
/** @type {Color[]} */
const CLASS_COLORS = ['red', 'orange', 'purple', 'blue', 'cyan', 'olive', 'pink', 'gray'];

/** Errors of one job: times, and the total of each class at them. @typedef {{ at: number[]; classes: Map<string, number[]> }} ClassTotals */

/** Errors over time by class, from the totals of one status after the other. */
export class ErrorsByClass {
  /** By job key. @type {Map<string, ClassTotals>} */
  #jobs = new Map();

  clear() {
    this.#jobs.clear();
  }

  /** @param {any} status */
  add({ jobs, elapsed_seconds: elapsed }) {
    for (const job of jobs) {
      const key = keyOfJob(job);
      /** @type {ClassTotals} */
      const known = this.#jobs.get(key) ?? { at: [], classes: new Map() };
      this.#jobs.set(key, known);
      const before = known.at.at(-1) ?? -Infinity;
      if (elapsed <= before) continue;
      if (elapsed < before + MIN_SECONDS) for (const column of [known.at, ...known.classes.values()]) column.pop();
      known.at.push(elapsed);
      for (const [name, count] of Object.entries(job.errors_by_class)) {
        const totals = known.classes.get(name) ?? (count > 0 ? known.at.slice(1).map(() => 0) : undefined);
        if (totals === undefined) continue;
        known.classes.set(name, totals);
        totals.push(count);
      }
      if (known.at.length > MOST_POINTS) halve([known.at, ...known.classes.values()]);
    }
  }

  /** Shows the classes of a job that occurred. @param {LiveCharts} charts @param {any} job @param {boolean} isFixed */
  show(charts, job, isFixed) {
    const { at, classes } = this.#jobs.get(keyOfJob(job)) ?? { at: [], classes: new Map() };
    if (classes.size === 0) return;
    const along = at.slice(1);
    /** @type {LiveChart['lines']} */
    const lines = [...classes].slice(0, CLASS_COLORS.length).map(([label, totals], index) => ({
      label,
      color: CLASS_COLORS[index] ?? 'gray',
      look: 'line',
      values: along.map((end, row) => ((totals[row + 1] ?? 0) - (totals[row] ?? 0)) / (end - (at[row] ?? 0) || 1)),
    }));
    const id = 'chart-classes';
    const chart = {
      id,
      axis: id,
      kind: /** @type {'time'} */ ('time'),
      unit: /** @type {'rate'} */ ('rate'),
      isLog: false,
    };
    charts.show(
      'Errors by class',
      'per second, since this page was opened',
      { ...chart, lines, limits: [] },
      along,
      isFixed,
    );
  }
}
