import { describe, expect, test } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import type { JobStatus, Snapshot } from '../../../src/recorder/snapshot.ts';
import { describeFinding } from '../../../src/validity/finding.ts';
import { LATE_LIMITS_MS } from '../../../src/validity/event-loop-monitor.ts';
import { ValidityWatch } from '../../../src/validity/watch.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

/** A generator whose thread and job have given statistics, second by second. */
class Play {
  readonly watch: ValidityWatch;
  readonly lines: string[] = [];
  #second = 0;
  #blockedMs = 0;
  #sent: ((recorder: Recorder) => void)[] = [];

  constructor() {
    this.watch = new ValidityWatch(() => ({
      atMs: 500 + this.#second * 1000,
      machine: { cpu: { total: this.#second * 200, stolen: this.#second * 2 }, throttling: [] },
      clocks: { cpuMs: this.#second * 200, wallMs: this.#second * 1000, uptimeMs: this.#second * 1000 },
      files: { open: 30, limit: 100 },
      threads: [
        {
          pulse: {
            threadId: 1,
            blockedMs: this.#blockedMs,
            longestMs: 190,
            sleptMs: this.#second * 100,
            lateMs: LATE_LIMITS_MS.map(() => 0),
          },
          // The event loop counts the sleep as active.
          loop: { idle: this.#second * 650, active: this.#second * 350 },
          cpuWaitMs: this.#second * 40,
        },
      ],
    }));
    this.watch.update(this.#snapshot('in_progress'));
  }

  second(blockedMs: number, record: (recorder: Recorder) => void): void {
    this.#second++;
    this.#blockedMs += blockedMs;
    this.#sent.push(record);
    this.#say(this.watch.update(this.#snapshot('in_progress')));
  }

  end(): void {
    this.#say(this.watch.conclude(this.#snapshot('completed')));
  }

  #say(findings: ReturnType<ValidityWatch['update']>): void {
    for (const finding of findings) this.lines.push(`${this.#second} s: ${describeFinding(finding)}`);
  }

  #snapshot(status: JobStatus): Snapshot {
    const record = (recorder: Recorder): void => this.#sent.forEach((send) => send(recorder));
    const elapsedMs = this.#second * 1000;
    return buildSnapshot([buildJob({ name: 'reads', status, paced: true, elapsedMs, record })], elapsedMs);
  }
}

const onTime = (recorder: Recorder): void => {
  for (let sent = 0; sent < 100; sent++) request(recorder, OK, 5, 0.1);
};

test('a good run is valid, with its resource usage', () => {
  const play = new Play();
  for (let second = 0; second < 6; second++) play.second(0, onTime);
  play.end();
  expect(play.lines).toEqual([]);
  expect(play.watch.currentValidity).toEqual({
    valid: true,
    findings: [],
    peaks: { eventLoopUtilization: 0.25, blocked: 0, cpuWait: 0.04, steal: 0.01, openFiles: 0.3 },
  });
});

describe('a loop that is blocked for a fifth of every second', () => {
  const play = new Play();
  for (const blockedMs of [0, 200, 210, 190, 200]) play.second(blockedMs, onTime);
  play.end();

  test('is reported once, in the second second', () => {
    expect(play.lines).toEqual([
      '3 s: this run is invalid: the event loop of load thread 0 was blocked for 21.00% of a second, up to 190ms at a time',
    ]);
  });

  test('makes the run invalid, with start, duration and peak', () => {
    const { valid, findings } = play.watch.currentValidity;
    expect(valid).toBe(false);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      signal: 'blocked',
      severity: 'invalid',
      firstSeenSeconds: 3,
      lastedSeconds: 3,
      value: 0.21,
      unit: 'share',
    });
  });
});

describe('a target that is too slow for the pace', () => {
  const behind = (lagMs: number) => (recorder: Recorder) => {
    for (let sent = 0; sent < 50; sent++) request(recorder, OK, 40, lagMs);
  };

  test('is a note at first, and makes the run invalid if the job never caught up', () => {
    const play = new Play();
    for (const lagMs of [300, 800, 1300, 1800]) play.second(0, behind(lagMs));
    expect(play.watch.currentValidity.valid).toBe(true);
    play.end();
    expect(play.watch.currentValidity.valid).toBe(false);
    expect(play.lines).toEqual([
      '3 s: note: reads: requests start 1.30s late, and later every second: all connections are busy',
      '4 s: this run is invalid: reads: half of its requests started more than 800ms late, and it never caught up: the target rate was not reached',
    ]);
  });

  test('stays a note if the job caught up', () => {
    const play = new Play();
    for (const lagMs of [300, 800, 1300, 600]) play.second(0, behind(lagMs));
    for (let second = 0; second < 16; second++) play.second(0, onTime);
    play.end();
    expect(play.watch.currentValidity.valid).toBe(true);
    expect(play.lines).toHaveLength(1);
  });
});
