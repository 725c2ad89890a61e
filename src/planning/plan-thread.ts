import { workerData } from 'node:worker_threads';
import { captureThreadOutput } from '../shared/library-output.ts';
import { planText } from './plan-workload.ts';
import type { PlanRequest } from './plan-in-thread.ts';
import { replyWith } from './run-in-thread.ts';

// The entry of a planning thread: reads and plans one workload, and ends.
captureThreadOutput();
const { workload, overrides, env, allowedFolders, returnsPlan } = workerData as PlanRequest;
void replyWith(async () => {
  const plan = await planText(workload, overrides, { env, allowedFolders });
  return returnsPlan ? plan : undefined;
});
