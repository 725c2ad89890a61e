import type { ResultDocument } from '../document/result-document.ts';

/** Metrics of the system under test that a run read. */
export type ResultSource = ResultDocument['sources'][number];
export type ResultSeries = ResultSource['series'][number];
