import { workerData } from 'node:worker_threads';
import { type RenderRequest, renderReport } from '../agent/report-renderer.ts';
import { captureThreadOutput } from '../shared/library-output.ts';
import { lowerThreadPriority } from '../shared/thread-id.ts';
import { replyWith } from './run-in-thread.ts';

// The entry of a rendering thread: renders one report, and ends.
captureThreadOutput();
lowerThreadPriority();
void replyWith(() => renderReport(workerData as RenderRequest));
