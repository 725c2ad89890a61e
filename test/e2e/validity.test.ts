import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { type Need, TASKSET } from '../needs.ts';
import { testWith } from '../services/binary.ts';
import { Agent, type Ended, readResult, scratchFile, workloadFile } from './agent.ts';
import { KnownTarget } from './known-target.ts';
import { type Lateness, startLatenessProbe } from './lateness.ts';
import { canLimitCpus, openHalfACpu } from './validity/cpu-quota.ts';

// The generator has to detect these disturbances: correct behavior passes in one of three tries, wrong behavior in none.
const TRIES = { retry: 4 } as const;
/** Samples, about one per second, within which the disturbance must be detected. */
const SOON_LOOKS = 6;

interface Run extends Ended {
  readonly validity: ResultDocument['validity'];
  readonly jobs: ResultDocument['jobs'];
}

interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly prefix?: readonly string[];
  readonly flags?: readonly string[];
}

let target: KnownTarget;
let runs = 0;
beforeAll(async () => void (target = await KnownTarget.start()));
afterAll(() => target.kill());

async function run(job: object, { env, prefix, flags = [] }: Surroundings = {}, url = target.url): Promise<Run> {
  const out = scratchFile('result.json');
  const workload = {
    connection_string: url,
    jobs: [{ name: 'writes', type: 'write', collection: `c${runs++}`, ...job }],
  };
  const agent = new Agent(['run', workloadFile(workload), '--out', out, ...flags], env, prefix, true);
  const ended = await agent.ended;
  const { validity, jobs } = readResult(out);
  return { ...ended, validity, jobs };
}

function firstInvalid({ validity }: Run, ...signals: readonly string[]) {
  return validity.findings.find(({ signal, severity }) => severity === 'invalid' && signals.includes(signal));
}

/** How often the watch has looked until a finding. A starved process looks less often than once a second. */
function looksUntil({ jobs }: Run, finding: ReturnType<typeof firstInvalid>): number {
  const seconds = finding?.first_seen_seconds ?? NaN;
  if (Number.isNaN(seconds)) return NaN;
  return (jobs[0]?.timeline.at_seconds ?? []).filter((at) => at !== null && at < seconds).length;
}

/** Findings that other work on the machine causes. */
const MACHINE_SIGNALS: ReadonlySet<string> = new Set(['late', 'behind', 'blocked', 'starved', 'stolen']);

/** Whether a control beside a run was woken so late that the run's own findings are to be expected. */
function isDisturbed({ maxMs }: Lateness): boolean {
  return maxMs > 10;
}

const PACED = { connections: 20, pace: 500, duration: '6s' };
const CLOSED = { connections: 20, duration: '6s' };

describe('a quiet run', () => {
  test('has no findings and exits with 0', TRIES, async () => {
    const probe = await startLatenessProbe();
    const quiet = await run({ ...PACED, connections: 10, pace: 200, thresholds: ['error_rate < 1%'] });
    if (isDisturbed(await probe.stop())) {
      expect(quiet.validity.findings.every(({ signal }) => MACHINE_SIGNALS.has(signal))).toBe(true);
      return;
    }
    expect(quiet.validity.findings).toEqual([]);
    expect(quiet.validity.valid).toBe(true);
    expect(quiet.validity.peaks.event_loop_utilization).toBeGreaterThan(0);
    expect(quiet.status).toBe(0);
  });
});

// At once with the next ones: it needs one connection.
test.concurrent('an invalid run is repeated up to the given number of times, each with a new id', TRIES, async () => {
  const out = scratchFile('result.json');
  // More than one connection can do: it is invalid whatever this machine does.
  const jobs = [{ name: 'reads', type: 'read', pace: 50_000, connections: 1, duration: '1s', http: { path: '/' } }];
  const workload = workloadFile({ connection_string: target.url, jobs });
  const agent = new Agent(['run', workload, '--out', out, '--retry_invalid', '2'], {}, [], true);
  const { status, stderr } = await agent.ended;
  expect(status).toBe(112);
  const ids = Array.from(stderr.matchAll(/run ended run_id=(\S+)/g), ([, id]) => id);
  expect(new Set(ids).size).toBe(3);
  expect(readResult(out).run_id).toBe(ids.at(-1));
  expect(stderr).toContain('running again (2 of 2)');
});

// At once: a stopped process needs no core.
describe.concurrent('a process that is stopped for half of its run', () => {
  test.each([
    ['paced', { connections: 4, pace: 100, duration: '8s' }, 4000],
    ['without a pace', { connections: 4, think_time: '5ms', duration: '8s' }, 4000],
    ['beyond the end of its job', { connections: 4, think_time: '5ms', duration: '4s' }, 4000],
  ])('is invalid, %s, and its times and rates are based on elapsed time', TRIES, async (_, job, stoppedMs) => {
    const out = scratchFile('result.json');
    const workload = {
      connection_string: target.url,
      jobs: [{ name: 'writes', type: 'write', collection: `c${runs++}`, ...job }],
    };
    const agent = new Agent(['run', workloadFile(workload), '--out', out], {}, [], true);
    // A busy machine takes its time from the start of the run to that of the job.
    await agent.sees(/writes: started/);
    await sleep(2000);
    agent.child.kill('SIGSTOP');
    await sleep(stoppedMs);
    agent.child.kill('SIGCONT');
    const { status } = await agent.ended;
    const result = readResult(out);
    expect(status).toBe(112);
    const frozen = result.validity.findings.find(({ signal }) => signal === 'frozen');
    expect(frozen?.severity).toBe('invalid');
    expect(frozen?.message).toContain('the whole process stalled');
    expect(frozen?.lasted_seconds).toBeGreaterThan(stoppedMs / 1000 - 0.5);
    const [writes] = result.jobs;
    // The stop is part of the time: nothing is sent in it, and nothing is taken off.
    expect(writes?.elapsed_seconds).toBeGreaterThan(stoppedMs / 1000);
    expect(result.elapsed_seconds).toBeGreaterThan(writes?.elapsed_seconds ?? Infinity);
    expect(writes?.rate).toBeCloseTo((writes?.requests ?? 0) / (writes?.elapsed_seconds ?? 1), 6);
  });
});

// At once, with those above: none of them is a measurement.
describe.concurrent('beyond the knee', () => {
  // Thresholds that hold all the same.
  const thresholds = ['count > 10', 'error_rate < 1%'];

  test.each([
    ['a rate that nobody can do', '0ms', { connections: 20, pace: 200_000, duration: '5s' }],
    ['a rate for which there are too few connections', '20ms', { connections: 2, pace: 1000, duration: '5s' }],
    ['a rate that is a little too high', '20ms', { connections: 2, pace: 110, duration: '6s' }],
    ['a number of requests', '20ms', { connections: 2, pace: 1000, operations: 300 }],
    ['requests that may be left out', '20ms', { connections: 2, pace: 1000, duration: '3s', overload: 'skip' }],
  ])('%s: the run does not pass', TRIES, async (_, latency, job) => {
    const slow = await KnownTarget.start('--latency', latency);
    const beyond = await run({ ...job, thresholds }, {}, slow.url);
    slow.kill();
    expect(firstInvalid(beyond, 'behind', 'late')).toBeDefined();
    expect(beyond.status).toBe(112);
  });
});

const CPU_GROUPS: Need = { name: 'a control group for CPUs that can be made', isMet: canLimitCpus };

describe('a quota of half a CPU', () => {
  const invalidates = async (): Promise<void> => {
    const quota = openHalfACpu();
    if (quota === undefined) throw new Error('the control group cannot be made a second time');
    onTestFinished(() => quota.remove());
    // The embedded target is in the same process, so that both live off the half.
    const throttled = await run(CLOSED, { prefix: quota.prefix }, 'embedded:');
    const finding = firstInvalid(throttled, 'throttled', 'blocked', 'late');
    expect(looksUntil(throttled, finding)).toBeLessThanOrEqual(SOON_LOOKS);
    expect(throttled.validity.peaks.cpu_throttled).toBeGreaterThan(0.1);
    expect(throttled.status).toBe(112);
  };
  testWith([CPU_GROUPS], 'makes a job that needs more invalid within 5 s', invalidates, TRIES);
});

// At once: the event loop is blocked by its own process.
describe.concurrent('an event loop that is blocked for 200 ms of every second', () => {
  const blocker = new URL('validity/blocker.js', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import ${blocker}` };

  test.each([
    ['paced', PACED],
    ['as fast as it can', CLOSED],
  ])('makes a job that is %s invalid within 5 s, even with passing thresholds', TRIES, async (_, job) => {
    const blocked = await run({ ...job, thresholds: ['error_rate < 1%'] }, { env });
    const finding = firstInvalid(blocked, 'blocked');
    expect(looksUntil(blocked, finding)).toBeLessThanOrEqual(SOON_LOOKS);
    expect(finding?.worst).toBeGreaterThan(0.1);
    expect(blocked.stderr).toMatch(
      /WARN {2}this run is invalid: the event loop of load thread 0 was blocked for \d+\.\d+% of a second/,
    );
    expect(blocked.stdout).toContain('INVALID: these numbers are not to be trusted');
    expect(blocked.status).toBe(112);
  });

  test('is marked as invalid, but passes with --allow_invalid', TRIES, async () => {
    const allowed = await run(PACED, { env, flags: ['--allow_invalid'] });
    expect(allowed.validity.valid).toBe(false);
    expect(allowed.status).toBe(0);
  });
});

describe('other processes that use the core', () => {
  const burners: ChildProcess[] = [];
  afterEach(async () => {
    for (const burner of burners.splice(0)) {
      burner.kill('SIGKILL');
      await once(burner, 'exit');
    }
  });
  const onOneCore = ['taskset', '--cpu-list', '0'];

  const invalidates = async (): Promise<void> => {
    for (let count = 0; count < 8; count++) {
      const args = [...onOneCore.slice(1), process.execPath, '--eval', 'for (;;);'];
      burners.push(spawn('taskset', args, { stdio: 'ignore' }));
    }
    const starved = await run(PACED, { prefix: onOneCore });
    const finding = firstInvalid(starved, 'starved', 'late', 'blocked');
    expect(looksUntil(starved, finding)).toBeLessThanOrEqual(SOON_LOOKS);
    expect(starved.validity.peaks.cpu_wait).toBeGreaterThan(0.3);
    expect(starved.status).toBe(112);
  };
  testWith([TASKSET], 'make a paced job invalid within 5 s', invalidates, TRIES);
});

describe('a target that pauses', () => {
  test('is measured without a finding about the generator', TRIES, async () => {
    const stopping = await KnownTarget.start('--stall', '6s:1s');
    const probe = await startLatenessProbe();
    const stopped = await run({ connections: 100, pace: 300, duration: '7s' }, {}, stopping.url);
    const lateness = await probe.stop();
    stopping.kill();
    const invalid = stopped.validity.findings.filter(({ severity }) => severity === 'invalid');
    if (isDisturbed(lateness)) {
      // Other work kept the generator from its CPU for a while; a finding of that is true.
      expect(invalid.every(({ signal }) => MACHINE_SIGNALS.has(signal))).toBe(true);
      return;
    }
    expect(invalid).toEqual([]);
    expect(stopped.status).toBe(0);
  });
});
