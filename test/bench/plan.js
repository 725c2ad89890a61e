import { loadWorkload } from '#dist/workload/load.js';
import { buildPlan } from '#dist/workload/build-plan.js';

/** @returns {never} */
const readFile = () => {
  throw new Error('the workload of a benchmark refers to no files');
};

/** Builds the plan of a workload given as a value. @param {object} workload */
export async function planOf(workload) {
  const loaded = await loadWorkload('-', { readFile, readStdin: async () => JSON.stringify(workload), env: {} });
  const inputs = {
    hostname: 'bench',
    env: {},
    readFile,
    readBytes: readFile,
    uuid: () => 'bench',
    randomSeed: () => 1,
  };
  return buildPlan(loaded, {}, inputs);
}
