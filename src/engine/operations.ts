import type { Materials } from '../core/materials.ts';
import { createMix, type Mix } from '../data/mix.ts';
import { streamKey } from '../data/random.ts';
import type { Operation } from '../drivers/driver.ts';
import type { OperationPlan, RequestJobPlan } from '../plan/plan.ts';
import type { Steps } from './worker.ts';

/** What a job sends, as its driver and its workers need it. */
interface Operations {
  /** The job's mix, in order; then the reads that some of them begin with. */
  readonly operations: readonly Operation[];
  /** For each operation of the mix. */
  readonly steps: readonly Steps[];
}

/** A read of the document that an update changes: it has the same data. What the update sends is not sent with it. */
function readOf(update: Operation): Operation {
  const http = { ...update.http, method: undefined, body: undefined, expectStatus: [] };
  return { ...update, type: 'read', statement: undefined, http };
}

/** Which operation each data sequence of the job is for. */
export function mixOf({ mix, index }: RequestJobPlan, seed: number): Mix {
  return createMix(
    mix.map(({ weight }) => weight),
    streamKey(seed, index, 'mix'),
  );
}

/** @param materialsOf makes the data of an operation of the mix */
export async function operationsOf(
  job: RequestJobPlan,
  materialsOf: (operation: OperationPlan) => Promise<Materials>,
): Promise<Operations> {
  const operations = await Promise.all(
    job.mix.map(async (plan): Promise<Operation> => {
      const { type, batchSize, http, statement, indexes } = plan;
      return { type, batchSize, http, statement, indexes, materials: await materialsOf(plan) };
    }),
  );
  const steps = job.mix.map(({ readFirst }, operation): Steps => {
    const changes = operations[operation]!; // made for each
    const first = readFirst ? operations.push(readOf(changes)) - 1 : undefined;
    return { operation, first };
  });
  return { operations, steps };
}
