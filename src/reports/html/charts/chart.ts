/** Data of the charts, embedded in the page as JSON for its script. */
export interface PageData {
  /** Start of the run in milliseconds since the epoch: zero of every time axis. */
  readonly startedMs: number;
  /** Values of the horizontal axes by name, ascending. */
  readonly axes: Readonly<Record<string, readonly number[]>>;
  readonly charts: readonly Chart[];
  /** Shaded spans of the charts over time. */
  readonly spans: readonly ShadedSpan[];
}

export interface Chart {
  /** Id of its HTML element. */
  readonly id: string;
  /**
   * Name of its horizontal axis: seconds since the start of the run, `1 / (1 - p)` of percentiles, or the edges of a
   * histogram's bins in seconds.
   */
  readonly axis: string;
  readonly kind: 'time' | 'percentile' | 'histogram';
  readonly unit: Unit;
  /** Whether the vertical axis is initially logarithmic; the reader can switch. */
  readonly isLog: boolean;
  readonly lines: readonly Line[];
  readonly limits: readonly ChartLimit[];
}

/** Unit of the vertical axis. `share` is 0 to 1, `rate` is per second. */
export type Unit = 'seconds' | 'rate' | 'count' | 'share' | 'number';

export interface Line {
  readonly label: string;
  readonly color: Color;
  readonly look: 'line' | 'area' | 'thin' | 'dashed' | 'steps';
  /** One value per axis value; `null` for a gap. With `steps` each value holds until the next axis value. */
  readonly values: readonly (number | null)[];
}

/** Limit of a threshold, drawn across the chart. */
export interface ChartLimit {
  readonly label: string;
  readonly value: number;
  readonly ok: boolean;
}

/**
 * Phase of the system under test, finding about the load generator, pause or other change of the load, in seconds since
 * the start of the run.
 */
export interface ShadedSpan {
  readonly name: string;
  readonly kind: 'phase' | 'finding' | 'change';
  /** Ids of the sections of the job that it is about; absent: the whole run. */
  readonly jobs?: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Colors of the style sheet (`--blue`), which defines them for light and dark mode. */
export type Color = 'blue' | 'orange' | 'green' | 'purple' | 'cyan' | 'pink' | 'olive' | 'red' | 'gray';

/** Colors for distinguishing lines, in the order of use. */
const DIFFERENT: readonly Color[] = ['blue', 'orange', 'green', 'purple', 'cyan', 'pink', 'olive', 'gray'];

/** Returns the color of the line with this index. */
export function seriesColor(index: number): Color {
  return DIFFERENT[index % DIFFERENT.length] ?? 'gray';
}

/** Ratio of maximum to minimum above which a linear axis shows only the largest values. */
const LINEAR_RATIO = 30;

/** Whether a logarithmic axis is clearer for these lines. */
export function spansDecades(lines: readonly Line[]): boolean {
  let [least, most] = [Infinity, 0];
  for (const { values } of lines) {
    for (const value of values) {
      if (value === null || value <= 0) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return most > least * LINEAR_RATIO;
}
