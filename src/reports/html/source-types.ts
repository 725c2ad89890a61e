import type { ResultDocument } from '../result-document.ts';

/** Metrics of the system under test that a run read. */
export type ObservedSource = ResultDocument['sources'][number];
export type ObservedSeries = ObservedSource['series'][number];
