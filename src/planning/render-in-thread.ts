import type { RenderRequest, ReportRenderer } from '../agent/report-renderer.ts';
import { LoadbotError } from '../shared/errors.ts';
import { ThreadQueue, type ThreadWork } from './run-in-thread.ts';

/** Rendering the largest result, of 64 MiB, takes seconds. */
const WORK: ThreadWork = {
  name: 'render',
  purpose: 'renders reports',
  limits: { timeoutMs: 60_000, heapMb: 1024 },
  mostWaiting: 8,
  busy: 'other reports are being rendered',
  tooCostly: (excess) =>
    new LoadbotError('config_invalid', `the report ${excess} to render`, {
      hint: 'fetch the result, and render it elsewhere: loadbot-agent report RESULT --html FILE',
    }),
};

/**
 * Creates a renderer that works in threads, one at a time, each with the lowest priority: a run of this process may be
 * in progress, and its main thread and load threads go first.
 */
export function createThreadRenderer(): ReportRenderer {
  const queue = new ThreadQueue();
  return (request: RenderRequest) => queue.run<string>(WORK, request);
}
