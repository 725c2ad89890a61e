// Runs the hot path of each row in one thread on a network in memory. Entry of a process under callgrind, which counts
// instructions between two calls of umask(2): the measured requests of a row.
// Argument: a file with the rows, serialized by V8.
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { tallyLayout, allocateTally } from '#dist/recorder/tally.js';
import { answerAll, replaceSockets, SteppedClock } from './fake-network.js';

replaceSockets();
const { LocalUnit } = await import('#dist/engine/local-unit.js');
const { httpDriver } = await import('#dist/drivers/http/http-driver.js');

/** Requests until all sockets are open, which takes turns of the event loop. */
const OPENING = 200;
const TURNS = 5;

const MASK = 0o22;
/** Starts and ends a count. */
const mark = () => process.umask(MASK);

/** @type {readonly { plan: import('#dist/plan/plan.js').Plan, warmUp: number, measured: number }[]} */
const rows = deserialize(readFileSync(process.argv[2] ?? ''));
for (const row of rows) await run(row);

async function answerAfterTurns() {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (answerAll()) return true;
  }
  return false;
}

/** @param {(typeof rows)[number]} row */
async function run({ plan, warmUp, measured }) {
  const clock = new SteppedClock();
  const [job] = plan.jobs;
  if (job === undefined || !('pacing' in job)) throw new Error('the job sends no requests');
  const layout = tallyLayout(plan.metrics.bucketBounds, job.pacing.kind !== 'unlimited', false, true);
  const memory = { measured: allocateTally(layout), warmUp: undefined, phases: [] };
  let requests = 0;
  let failure = '';
  /** Counts requests where the engine starts them. @type {import('#dist/drivers/driver.js').DriverFactory} */
  const driver = (options) => {
    const real = httpDriver(options);
    const connect = real.connect.bind(real);
    real.connect = async (signal) => {
      const session = await connect(signal);
      const execute = session.execute.bind(session);
      session.execute = (exchange) => {
        if (requests === warmUp || requests === warmUp + measured) mark();
        requests++;
        execute(exchange);
      };
      return session;
    };
    return real;
  };
  const unit = new LocalUnit({
    plan,
    place: { rank: 0, of: 1 },
    driver,
    clock,
    phases: new Int32Array(1),
    onFailure: ({ message }) => (failure = message),
  });
  const documents = { firstDocument: 0, documentStride: 1, population: 0, oldest: 0, readsOwnWrites: false };
  await unit.prepare(0, documents, { parts: [memory], watermarks: undefined });
  const state = { isEnded: false };
  const ended = unit.run(0, clock.nowMs()).then(() => (state.isEnded = true));
  while (!state.isEnded) {
    if (!answerAll() && !(requests < OPENING && (await answerAfterTurns()))) clock.advance();
    await Promise.resolve();
    if (failure !== '') throw new Error(`a request failed: ${failure}`);
  }
  await ended;
}
