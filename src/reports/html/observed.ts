import type { ResultDocument } from '../result-document.ts';

/** What a run saw of the system under test. */
type Observed = Pick<ResultDocument, 'sources' | 'phases'>;

export type ObservedSource = Observed['sources'][number];
export type ObservedSeries = ObservedSource['series'][number];

/** The parts of a result that older files lack. */
export function observedOf(document: Partial<Observed>): Observed {
  return { sources: document.sources ?? [], phases: document.phases ?? [] };
}
