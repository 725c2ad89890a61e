/** What one series came to. */
interface MeasuredSeries {
  /** Its name and labels, for people. */
  readonly series: string;
  readonly value: number;
}

/** What the series that a threshold on sources is about came to, as far as that is known. */
export interface Measured {
  readonly values: readonly MeasuredSeries[];
  /** Why there are none, or perhaps not all of them; `undefined`: these are all. */
  readonly shortage: string | undefined;
}
