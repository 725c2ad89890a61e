import { parentPort, workerData } from 'node:worker_threads';
import { captureThreadOutput } from '../shared/library-output.ts';
import { planText } from './plan-workload.ts';
import type { PlanRequest } from './plan-in-thread.ts';
import { toReply } from './run-in-thread.ts';

// The entry of a planning thread: reads and plans one workload, and ends.
captureThreadOutput();
const { workload, overrides, env, allowedFolders, returnsPlan } = workerData as PlanRequest;
const planned = planText(workload, overrides, { env, allowedFolders });
void toReply(planned.then((plan) => (returnsPlan ? plan : undefined))).then((reply) => parentPort?.postMessage(reply));
