import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failure } from '../../src/shared/outcome.ts';
import type { DriverFactory, DriverOptions } from '../../src/drivers/driver.ts';
import { Probe } from '../../src/driver-kit/probe.ts';
import { describeWithServices, type ServiceBinary } from '../services/binary.ts';
import type { Service } from '../services/service.ts';
import { type Answers, type KindOf, startRecorder, startReplay } from './conversation.ts';
import { mutate, seededRandom } from './mutate.ts';

/** How many, and the seed that they follow from. */
const ANSWERS = Number(process.env.LOADBOT_DAMAGED_ANSWERS ?? 10_000);
const SEED = Number(process.env.LOADBOT_SEED ?? 1228);
/** Connections that work at the same time. */
export const SESSIONS = 32;
/** A request that takes so long is given up, as the engine would. */
const TIMEOUT_MS = 5000;
/** The share of all answers that is left as it is. */
const INTACT = 0.3;
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

/** A database, and how its conversation is recorded and played again. */
export interface Subject {
  readonly name: string;
  readonly binary: ServiceBinary;
  readonly factory: DriverFactory;
  start(): Promise<Service & { readonly port: number }>;
  options(port: number, sessions: number): DriverOptions;
  readonly kindOf: KindOf;
  /** Makes answers that can be given again of those that were recorded. */
  readonly repeatable?: (answers: Answers) => void;
  readonly fit?: (answer: Buffer, sent: Buffer) => Buffer;
  /** The answers that are damaged; all without. */
  readonly only?: string;
  /** Number of responses; default: the number in the environment. */
  readonly answers?: number;
  /** Milliseconds that the client needs to send all of its data. */
  readonly recordMs?: number;
  /** Requests that the damage of one answer may end; 1 without. */
  readonly endsAtMost?: number;
}

let uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

/** Tests of a driver with damaged responses: each ends one request, within bounded time and memory. */
export function describeDamagedAnswers(subject: Subject): void {
  const { name, binary, kindOf, fit, only, endsAtMost = 1, answers: count = ANSWERS } = subject;
  describeWithServices(`damaged answers of ${name}`, [binary], () => {
    beforeEach(() => {
      uncaught = [];
      process.on('uncaughtException', note).on('unhandledRejection', note);
    });
    afterEach(() => {
      process.off('uncaughtException', note).off('unhandledRejection', note);
    });

    test(
      `${count} damaged answers, seed ${SEED}: each affects only the request that it answers`,
      { timeout: 600_000, retry: 0 },
      async () => {
        const answers = await record(subject);
        const random = seededRandom(SEED);
        let damaged = 0;
        let isOn = false;
        const damage = (answer: Buffer, kind: string): Buffer | undefined => {
          if (!isOn || damaged >= count || kind !== (only ?? kind) || random() < INTACT) return undefined;
          damaged++;
          return mutate(answer, random);
        };
        const replay = await startReplay({ answers, kindOf, damage, ...(fit && { fit }) });
        const driver = subject.factory(subject.options(replay.port, SESSIONS));
        const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => driver.connect(NEVER)));
        const probes = sessions.map((session) => new Probe(session));

        /** Lets each session send one request after the other, and counts what becomes of them. */
        const load = async (goesOn: () => boolean): Promise<Map<string, number>> => {
          const outcomes = new Map<string, number>();
          await Promise.all(
            probes.map(async (probe, index) => {
              while (goesOn()) {
                const timer = setTimeout(() => sessions[index]!.cancel(failure('timeout')), TIMEOUT_MS);
                const outcome = await probe.request(1);
                clearTimeout(timer);
                outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
              }
            }),
          );
          return outcomes;
        };

        let requests = 0;
        const before = await load(() => requests++ < 2000);
        const usualMemory = process.memoryUsage.rss();
        let mostMemory = 0;
        isOn = true;
        const outcomes = await load(() => {
          if (requests++ % SESSIONS === 0) mostMemory = Math.max(mostMemory, process.memoryUsage.rss());
          return damaged < count;
        });
        isOn = false;
        requests = 0;
        const after = await load(() => requests++ < 500);
        for (const session of sessions) await session.close();
        await driver.close();
        await replay.stop();

        const { ok = 0, miss = 0, ...errors } = Object.fromEntries(outcomes);
        const failed = Object.values(errors).reduce((sum, errorsOfClass) => sum + errorsOfClass, 0);
        const counts = JSON.stringify({ damaged, ok, miss, ...errors });
        expect([...before.keys()]).toEqual(['ok']);
        expect(uncaught).toEqual([]);
        expect(damaged).toBe(count);
        expect(failed, counts).toBeLessThanOrEqual(damaged * endsAtMost);
        expect(failed, counts).toBeGreaterThan(damaged * 0.5);
        // For a client that was misled while connecting, and now waits for data that the server never sends.
        expect(errors['timeout'] ?? 0, counts).toBeLessThanOrEqual(damaged * 0.01);
        expect(mostMemory).toBeLessThan(2 * usualMemory);
        // The damage at the very end may still meet the first requests.
        expect(after.get('ok')).toBeGreaterThanOrEqual(500 - SESSIONS);
      },
    );
  });
}

async function record(subject: Subject): Promise<Answers> {
  const server = await subject.start();
  const recorder = await startRecorder(server.port, subject.kindOf);
  const driver = subject.factory(subject.options(recorder.port, 2));
  const session = await driver.connect(NEVER);
  const probe = new Probe(session);
  for (let n = 0; n < 3; n++) expect(await probe.request(1)).toBe('ok');
  await sleep(subject.recordMs ?? 0);
  const answers: Answers = new Map(recorder.answers);
  await session.close();
  await driver.close();
  await recorder.stop();
  await server.stop();
  subject.repeatable?.(answers);
  return answers;
}
