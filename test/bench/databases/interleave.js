// Measures the CPU cost of a database request in a load thread and with the client library alone: both in this process,
// alternately, so that disturbances of the machine affect both. Arguments: name of the database, URL, connections, turns of
// each. Prints the requests per CPU second of each turn as JSON.
import { systemClock } from '#dist/shared/clock.js';
import { driverOf } from '#dist/driver-catalog.js';
import { LocalUnit } from '#dist/engine/local-unit.js';
import { allocateTally, tallyLayout } from '#dist/recorder/tally.js';
import { planOf } from '../plan.js';
import { DATABASES } from './list.js';

/** Long enough to make the start and the end of a turn, such as preparing statements, insignificant. */
const TURN_MS = 2000;

const [name, url = '', connections, turns] = process.argv.slice(2);
const database = DATABASES.find((each) => each.name === name);
if (database === undefined) throw new Error(`no database ${name}`);

const clock = systemClock();
const jobs = [{ ...database.job, connections: Number(connections), duration: `${TURN_MS}ms` }];
const plan = await planOf({ name: 'bench', connection_string: url, jobs });
const unit = new LocalUnit({
  phases: new Int32Array(1),
  plan,
  place: { rank: 0, of: 1 },
  driver: await driverOf(plan.target).load(),
  clock,
  onFailure: ({ errorClass, message }) => {
    throw new Error(`${errorClass}: ${message}`);
  },
});
const requests = await Promise.all(Array.from({ length: Number(connections) }, () => database.bare(url)));

/** @returns {Promise<() => Promise<number>>} a turn that is ready to begin, and gives its requests */
async function ours() {
  const measured = allocateTally(tallyLayout(plan.metrics.bucketBounds, false));
  const documents = { firstDocument: 0, documentStride: 1, population: 0, oldest: 0, readsOwnWrites: false };
  const memory = { parts: [{ measured, warmUp: undefined, phases: [] }], watermarks: undefined };
  await unit.prepare(0, documents, memory);
  return async () => (await unit.run(0, clock.nowMs())).noneFrom;
}

/** @returns {Promise<() => Promise<number>>} */
async function bare() {
  return async () => {
    const endMs = performance.now() + TURN_MS;
    let answered = 0;
    await Promise.all(
      requests.map(
        (request) =>
          new Promise((resolve, reject) => {
            /** @param {unknown} error */
            const next = (error) => {
              if (error) return reject(error);
              answered++;
              return performance.now() < endMs ? request(next) : resolve(undefined);
            };
            request(next);
          }),
      ),
    );
    return answered;
  };
}

/** @param {() => Promise<() => Promise<number>>} kind */
async function perCpuSecond(kind) {
  const turn = await kind();
  const before = process.cpuUsage();
  const count = await turn();
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1e6);
}

// Compiled before it counts.
for (const kind of [ours, bare, ours, bare]) await perCpuSecond(kind);
/** @type {{ ours: number[], bare: number[] }} */
const figures = { ours: [], bare: [] };
for (let turn = 0; turn < Number(turns); turn++) {
  figures.ours.push(await perCpuSecond(ours));
  figures.bare.push(await perCpuSecond(bare));
}
await unit.close();
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
