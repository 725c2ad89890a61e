import type { ExporterContext } from '../../../src/exporters/exporter.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Exposition } from '../../../src/metrics/family.ts';

/** Something to export: a counter that a test sets. Each collection is remembered. */
export class ExpositionSource {
  value = 0;
  readonly collected: Exposition[] = [];
  readonly warnings: string[] = [];
  readonly context: ExporterContext;

  constructor(clock: Clock) {
    this.context = {
      clock,
      warn: (message) => void this.warnings.push(message),
      collect: async () => {
        const exposition = buildExposition(this.value, clock.epochMs());
        this.collected.push(exposition);
        return exposition;
      },
    };
  }
}

/** A counter for each of two jobs: two samples. */
export function buildExposition(value: number, epochMs: number): Exposition {
  const samples = ['a', 'b'].map((job) => ({ suffix: '', labels: { job }, value }));
  return { epochMs, families: [{ name: 'requests_total', type: 'counter', help: 'Requests.', samples }] };
}
