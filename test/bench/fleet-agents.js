// Agents of `fleet.js` in one process: a connection to the bus for each, and its messages, but no load.
//
//   node test/bench/fleet-agents.js BUS AGENTS
import { RemoteClock } from '#dist/fleet/agent/remote-clock.js';
import { sendDelayMs } from '#dist/fleet/agent/send-delay.js';
import { Uplink } from '#dist/fleet/agent/uplink.js';
import { connectNats } from '#dist/fleet/bus/nats-connect.js';
import { readNatsSettings } from '#dist/fleet/bus/nats-settings.js';
import { agentSubject, timeSubject, upSubject, whoSubject } from '#dist/fleet/subjects.js';
import { ChunkJoiner } from '#dist/fleet/wire/chunks.js';
import { PROTOCOL } from '#dist/fleet/wire/envelope.js';
import { FrameEncoder } from '#dist/fleet/wire/frame-encoder.js';
import { decodeCommand, decodePayload, encodeCommandReply } from '#dist/fleet/wire/messages/command.js';
import { encodeHello } from '#dist/fleet/wire/messages/hello.js';
import { encodeUp } from '#dist/fleet/wire/messages/up.js';
import { decodePlan } from '#dist/fleet/wire/plan/plan-codec.js';
import { createSealKeyPair, unseal } from '#dist/fleet/wire/seal.js';
import { totalsOf } from '#dist/fleet/wire/totals.js';
import { createRunRecord } from '#dist/compose/watch-run.js';
import { allocateTally } from '#dist/recorder/tally.js';
import { Recorder } from '#dist/recorder/recorder.js';
import { systemClock } from '#dist/shared/clock.js';
import { OK } from '#dist/shared/outcome.js';
import { readBuild } from '#dist/metrics/read-build.js';

const [url = '', count = '1'] = process.argv.slice(2);
const RATE = 2000;
const clock = systemClock();
const keys = createSealKeyPair();
const { version } = readBuild();
const settings = readNatsSettings(url, {});

/** Frames of each second, and the totals of all of them, the same for each agent. @type {Load | undefined} */
let load;
let [started, ended] = [false, 0];
/** @type {number[]} */
const answeredMs = [];

/**
 * @typedef {{ frames: Uint8Array[], totals: import('#dist/fleet/wire/totals.js').TallyTotals }} Load
 * @typedef {import('#dist/fleet/wire/messages/up.js').AgentEvent} AgentEvent
 */

/** Records log-normal durations, as `frame-cost.js` does. @param {import('#dist/plan/plan.js').Plan} plan @returns {Load} */
function createLoad(plan) {
  const record = createRunRecord(plan, [], clock).job(0)[0];
  const job = plan.jobs[0];
  if (record === undefined || job === undefined || job.type === 'sleep') throw new Error('the plan has one job');
  const memory = allocateTally(record.layout);
  const slots = [new Float64Array(memory)];
  const recorder = new Recorder(memory, record.layout);
  const encoder = new FrameEncoder(record.layout);
  const frames = Array.from({ length: job.durationMs / 1000 }, () => {
    for (let n = 0; n < RATE; n++) {
      const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
      const ms = 3 * Math.exp(1.2 * normal);
      recorder.start();
      recorder.lag(ms / 100);
      recorder.traffic(100, 2000);
      recorder.finish(OK, ms, ms * 1.01);
    }
    return encoder.cut(slots) ?? new Uint8Array(0);
  });
  return { frames, totals: totalsOf(slots, record.layout) };
}

/** @param {string} name */
async function startAgent(name) {
  const bus = await connectNats(settings, { name, clock, onProblem: ({ message }) => console.error(message) });
  const incarnation = name;
  bus.subscribe(whoSubject('default'), ({ respond }) =>
    respond?.(
      encodeHello({
        name,
        incarnation,
        version,
        protocol: PROTOCOL,
        host: name,
        cores: 1,
        threads: 1,
        drivers: ['http'],
        labels: {},
        sealKey: keys.publicKey,
        state: 'idle',
        run: null,
        maxPayload: bus.maxPayload,
      }),
    ),
  );
  const joiner = new ChunkJoiner();
  /** @type {RemoteClock} */
  let remote;
  /** Messages before the job. @type {NodeJS.Timeout | undefined} */
  let idle;
  /** @type {Uplink} */
  let uplink;
  let [run, requests, lastN] = ['', 0, 0];
  /** @param {AgentEvent[]} events @param {Uint8Array} [data] @param {number} [cutMs] @param {number} [delayMs] */
  const send = (events, data, cutMs = remote.nowMs(), delayMs = 0) => {
    const frames = data === undefined ? [] : [{ job: 0, part: 0, window: 0, data }];
    const { boundMs } = remote;
    const health = {
      findings: [],
      peaks: { eventLoopUtilization: 0.1, cpuWait: 0.01 },
      floor: { samples: 100, p50Seconds: 0.001, p99Seconds: 0.002 },
      clockBoundMs: Math.min(1e9, boundMs),
      startedLateMs: 0,
      requests,
      errors: 0,
      p50Seconds: 0.003,
      p99Seconds: 0.05,
    };
    const up = { run, agent: name, incarnation, cutMs, isComplete: true, events, health, watermarks: [], frames };
    uplink.send((seq) => encodeUp({ ...up, seq }), delayMs);
  };
  /** Sends a frame at each second of the coordinator's clock. @param {number} startMs */
  const runJob = (startMs) => {
    if (load === undefined) throw new Error('no plan');
    const { frames, totals } = load;
    for (const [second, frame] of frames.entries()) {
      const cutMs = startMs + 1000 * (second + 1);
      clock.after(remote.toLocalMs(cutMs) - clock.nowMs(), () => {
        if (second === 0 && !started) console.log('started');
        started = true;
        requests += RATE;
        if (second < frames.length - 1) return send([], frame, cutMs, sendDelayMs(name, Number(count)));
        const end = { planned: [requests], endedMs: cutMs, usedBelow: requests, noneFrom: Infinity };
        const all = [{ part: 0, window: 0, ...totals }];
        send([{ kind: 'ended', job: 0, end, startedLateMs: 0, totals: all }], frame, cutMs);
        if (++ended < Number(count)) return;
        answeredMs.sort((a, b) => a - b);
        /** @param {number} share */
        const at = (share) => answeredMs[Math.floor(share * (answeredMs.length - 1))]?.toFixed(1);
        console.log(`answered p50 ${at(0.5)} p99 ${at(0.99)}`);
        console.log(`ended ${RATE * frames.length * Number(count)}`);
      });
    }
  };
  bus.subscribe(agentSubject(name), ({ data, respond }) => {
    const sealed = decodeCommand(data);
    const { n, kind } = sealed.address;
    respond?.(encodeCommandReply({ accepted: true, n, run: sealed.address.run }));
    if (kind === 'probe' || n <= lastN) return;
    lastN = n;
    const { command, body } = decodePayload(sealed);
    if (command.kind === 'reserve') {
      run = sealed.address.run;
      remote = new RemoteClock(bus, timeSubject(run), clock);
      uplink = new Uplink({
        bus: timed(bus),
        subject: upSubject(run, name),
        clock,
        leaseMs: 60_000,
        onReply: () => {},
        onIdle: () => {},
        onLeaseEnded: () => console.error(`${name}: no answer`),
      });
      idle = setInterval(() => send([]), 1000);
    } else if (command.kind === 'plan') {
      const plan = joiner.add({ ...command, data: body });
      if (plan === undefined) return;
      load ??= createLoad(decodePlan(unseal(plan, keys, { run, agent: name, incarnation }), () => []));
      void remote.start(Number(count)).then(() => send([{ kind: 'opened' }]));
    } else if (command.kind === 'prepare') send([{ kind: 'prepared', job: 0 }]);
    else if (command.kind === 'run') {
      clearInterval(idle);
      runJob(command.startMs);
    } else if (command.kind === 'release') {
      clearInterval(idle);
      remote.close();
      uplink.close();
    }
  });
}

/** Measures the time to each answer. @param {import('#dist/fleet/bus/bus.js').Bus} bus */
function timed(bus) {
  return Object.create(bus, {
    request: {
      /** @param {string} subject @param {Uint8Array} data @param {number} timeoutMs */
      value: async (subject, data, timeoutMs) => {
        const sentMs = performance.now();
        const answer = await bus.request(subject, data, timeoutMs);
        if (started) answeredMs.push(performance.now() - sentMs);
        return answer;
      },
    },
  });
}

for (let first = 0; first < Number(count); first += 50) {
  const names = Array.from({ length: Math.min(50, Number(count) - first) }, (_, index) => `agent-${first + index}`);
  await Promise.all(names.map(startAgent));
}
console.log('ready');
