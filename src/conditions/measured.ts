/** Measured value of one series. */
interface MeasuredSeries {
  /** Name and labels of the series as text. */
  readonly series: string;
  readonly value: number;
}

/** Measured values of the series of a source threshold. */
export interface MeasuredValues {
  readonly values: readonly MeasuredSeries[];
  /** Why values may be missing; `undefined`: complete. */
  readonly shortage: string | undefined;
}
