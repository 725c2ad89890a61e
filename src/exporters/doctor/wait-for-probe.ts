import type { Clock } from '../../shared/clock.ts';
import type { Labels } from '../../metrics/family.ts';
import type { Reader } from './reader.ts';

/** A stored probe. */
export interface StoredProbe {
  readonly kind: 'seen';
  /** Value that identifies the probe. */
  readonly value: number;
  readonly labels: Labels;
  readonly where: string;
  readonly afterMs: number;
}

/** Result of the search for a probe. */
export type ProbeDetection =
  | StoredProbe
  | { readonly kind: 'absent'; readonly where: string; readonly afterMs: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

const PAUSE_MS = 500;

/**
 * Polls until one of the values has arrived, preferably the first, for at most `withinMs`. Stores expose new data with
 * a delay.
 */
export async function waitForProbe(
  reader: Reader,
  values: readonly number[],
  withinMs: number,
  clock: Clock,
): Promise<ProbeDetection> {
  const startMs = clock.nowMs();
  for (;;) {
    const reading = await reader.read();
    if (reading.kind === 'unreadable') return reading;
    const { series, where } = reading;
    const afterMs = clock.nowMs() - startMs;
    for (const value of values) {
      const found = series.find((one) => one.values.includes(value));
      if (found !== undefined) return { kind: 'seen', value, labels: found.labels, where, afterMs };
    }
    if (afterMs >= withinMs) return { kind: 'absent', where, afterMs };
    await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
  }
}
