/** The library `loadbot-agent`: see docs/library.md. */
export { compare } from './compare.ts';
export type { ComparedResult, CompareOptions, ComparisonResult } from './comparison-result.ts';
export type { LogRecord, ReportName, RunOptions, ValidateOptions } from './options.ts';
export type {
  CustomMetric,
  JobNumbers,
  JobThreshold,
  Progress,
  ResultCounts,
  ResultLatency,
  ResultValidity,
} from './progress.ts';
export type { JobResult, Result, ResultFile, Verdict } from './result.ts';
export { run } from './run.ts';
export type {
  AfterResponse,
  BeforeRequest,
  FunctionContext,
  FunctionStep,
  StepFunctionContext,
} from '../functions/function-types.ts';
export { type Problem, RunError } from './run-error.ts';
export { defineWorkload, validate, type Validation } from './validate.ts';
export type { Workload } from './workload.ts';
