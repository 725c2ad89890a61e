/** Result file of a run that goes on. */
export const PARTIAL_END = '.partial.json';
/** Result file of a run that the end of the process interrupted. */
export const INTERRUPTED_END = '.interrupted.json';
export const RESULT_END = '.json';

const MAX_SLUG = 40;

/** Name of the files of a run, without an end: `20260102T030405Z-checkout-0c5f4a9e`. They are sorted by time. */
export function runFileName(startedEpochMs: number, workload: string, runId: string): string {
  const time = new Date(startedEpochMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return [time, toFileName(workload).slice(0, MAX_SLUG), runId.slice(0, 8)].filter((part) => part !== '').join('-');
}

/** A text as a part of the name of a file. */
export function toFileName(text: string): string {
  return text.replaceAll(/[^\w.]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
}

/** Whether a file was being written when its process ended; it was to replace a result. */
export function isUnfinished(name: string): boolean {
  return /\.json\.[\da-f]{8}\.tmp$/.test(name);
}
