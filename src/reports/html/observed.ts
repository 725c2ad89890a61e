import type { ResultDocument } from '../result-document.ts';

/** What a run saw of the system under test. */
export type ObservedSource = ResultDocument['sources'][number];
export type ObservedSeries = ObservedSource['series'][number];
