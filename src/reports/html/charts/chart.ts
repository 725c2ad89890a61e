/** What the page's own script draws; it is put into the page as JSON. */
export interface PageData {
  /** When the run began, in milliseconds since the epoch: zero of every time axis. */
  readonly startedMs: number;
  /** Values of the horizontal axes that charts name, ascending. */
  readonly axes: Readonly<Record<string, readonly number[]>>;
  readonly charts: readonly Chart[];
  /** Shaded in every chart over time. */
  readonly phases: readonly PhaseSpan[];
}

export interface Chart {
  /** Of the element that it is drawn into. */
  readonly id: string;
  /** Of its horizontal axis: seconds since the run's start, or `1 / (1 - p)` of percentiles. */
  readonly axis: string;
  readonly kind: 'time' | 'percentile';
  readonly unit: Unit;
  /** Whether the vertical axis is logarithmic until the reader says otherwise. */
  readonly isLog: boolean;
  readonly lines: readonly Line[];
  readonly limits: readonly Limit[];
}

/** Of the vertical axis. `share` is 0 to 1, `rate` is per second. */
export type Unit = 'seconds' | 'rate' | 'count' | 'share' | 'number';

export interface Line {
  readonly label: string;
  readonly color: Color;
  readonly look: 'line' | 'area' | 'thin' | 'dashed';
  /** One for each value of the axis; `null` where there is none. */
  readonly values: readonly (number | null)[];
}

/** A threshold's limit, drawn across the chart. */
export interface Limit {
  readonly label: string;
  readonly value: number;
  readonly ok: boolean;
}

/** While the system under test was in a phase, in seconds since the run's start. */
export interface PhaseSpan {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Names of colours of the style sheet (`--blue`), which has them for light and dark. */
export type Color = 'blue' | 'orange' | 'green' | 'purple' | 'cyan' | 'pink' | 'olive' | 'red' | 'gray';

/** For lines that only have to differ, in the order of use. */
const DIFFERENT: readonly Color[] = ['blue', 'orange', 'green', 'purple', 'cyan', 'pink', 'olive', 'gray'];

/** The color of the line with this index among lines that only have to differ. */
export function differentColor(index: number): Color {
  return DIFFERENT[index % DIFFERENT.length] ?? 'gray';
}

/** Where the largest value is more than this many times the smallest, a linear axis would show only the largest. */
const LINEAR_RATIO = 30;

/** Whether these lines are better read on a logarithmic axis. */
export function spansDecades(lines: readonly Line[]): boolean {
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null && value > 0));
  const [least, most] = values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value ?? low), Math.max(high, value ?? high)],
    [Infinity, 0],
  );
  return most > least * LINEAR_RATIO;
}
