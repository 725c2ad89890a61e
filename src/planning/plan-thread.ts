import { parentPort, workerData } from 'node:worker_threads';
import { captureThreadOutput } from '../shared/library-output.ts';
import { planText } from './plan-workload.ts';
import { packProblems, type PlanReply, type PlanRequest } from './plan-in-thread.ts';

// The entry of a planning thread: reads and plans one workload, and ends.
captureThreadOutput();
const { workload, overrides, env, allowedFolders, returnsPlan } = workerData as PlanRequest;
const reply = await planText(workload, overrides, { env, allowedFolders }).then(
  (plan): PlanReply => ({ plan: returnsPlan ? plan : undefined }),
  (error: unknown): PlanReply => ({ error: packProblems(error) }),
);
parentPort?.postMessage(reply);
