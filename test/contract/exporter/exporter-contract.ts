import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import type { Exporter, ExporterContext } from '../../../src/exporters/exporter.ts';
import { ExpositionSource } from '../../unit/exporters/exposition-source.ts';

/** An exporter before it is started, and the receiver that belongs to it. */
export interface ContractCase {
  readonly exporter: Exporter;
  /** Lets a receiver that pulls collect the samples. */
  readonly receive: () => Promise<void>;
  /** Every sample line that arrived, in order, without a timestamp. */
  readonly received: () => readonly string[];
  /** Ends the receiver for good. */
  readonly close: () => Promise<void>;
}

/** Properties of one exporter that the suite uses. */
export interface ContractSubject {
  readonly name: string;
  /** A receiver that works. */
  open(context: ExporterContext): Promise<ContractCase>;
  /** A receiver that was there once, or seemed to be, and never answers. */
  openDead(context: ExporterContext): Promise<ContractCase>;
  /** Settings that fail permanently: the error's code, and a text in its message. */
  readonly unusable: Unusable | 'told when the plan is made';
}

interface Unusable {
  readonly open: (context: ExporterContext) => Promise<ContractCase>;
  readonly code: string;
  readonly names: RegExp;
}

const SECRET = 's3cret';
/** On top of a deadline, for a busy machine. */
const SLACK_MS = 2_000;

/** Tests of all exporters. The credentials of a subject contain `s3cret`. */
export function describeExporter(subject: ContractSubject): void {
  describe(`exporter contract: ${subject.name}`, () => {
    it('exposes zeros before the load and the final values after it', async () => {
      const source = new ExpositionSource(systemClock());
      const { exporter, receive, received, close } = await subject.open(source.context);
      await exporter.start();
      await receive();
      expect(received()).toEqual(['requests_total{job="a"} 0', 'requests_total{job="b"} 0']);
      source.value = 12_345;
      const stopped = exporter.stop(5000);
      await receive();
      await stopped;
      expect(received().slice(-2)).toEqual(['requests_total{job="a"} 12345', 'requests_total{job="b"} 12345']);
      await close();
    });

    it('counts delivered samples', async () => {
      const source = new ExpositionSource(systemClock());
      const { exporter, receive, received, close } = await subject.open(source.context);
      await exporter.start();
      await receive();
      const stopped = exporter.stop(5000);
      await receive();
      expect(await stopped).toMatchObject({
        deliveredSamples: received().length,
        undeliveredSamples: 0,
        lastError: undefined,
      });
      expect(source.warnings).toEqual([]);
      await close();
    });

    it('stops within its deadline without a receiver, and reports undelivered samples with the reason', async () => {
      const source = new ExpositionSource(systemClock());
      const { exporter, receive, close } = await subject.openDead(source.context);
      await exporter.start();
      await receive();
      source.value = 1;
      const startedMs = performance.now();
      const { undeliveredSamples, lastError } = await exporter.stop(300);
      expect(performance.now() - startedMs).toBeLessThan(300 + SLACK_MS);
      expect(undeliveredSamples).toBeGreaterThanOrEqual(2);
      expect(lastError).toMatch(/\w/);
      await close();
    });

    it('stops immediately with a deadline of 0', async () => {
      const { exporter, receive, close } = await subject.openDead(new ExpositionSource(systemClock()).context);
      await exporter.start();
      await receive();
      const startedMs = performance.now();
      await exporter.stop(0);
      expect(performance.now() - startedMs).toBeLessThan(SLACK_MS);
      await close();
    });

    it('can be stopped immediately while it delivers the rest', async () => {
      const { exporter, receive, close } = await subject.openDead(new ExpositionSource(systemClock()).context);
      await exporter.start();
      await receive();
      const startedMs = performance.now();
      const first = exporter.stop(20_000);
      const second = exporter.stop(0);
      expect(await first).toEqual(await second);
      expect(performance.now() - startedMs).toBeLessThan(SLACK_MS);
      // Once it has stopped, that changes nothing more.
      expect(await exporter.stop(0)).toEqual(await first);
      await close();
    });

    const { unusable } = subject;
    if (typeof unusable === 'object') {
      it('reports permanent failures', async () => {
        const error = await failureOf(unusable);
        expect(error.code).toBe(unusable.code);
        expect(error.message).toMatch(unusable.names);
        expect(error.hint).toMatch(/\w/);
        expect(`${error.message} ${error.hint}`).not.toContain(SECRET);
      });
    }

    it('can be stopped before it was started', async () => {
      const { exporter, close } = await subject.open(new ExpositionSource(systemClock()).context);
      expect(await exporter.stop(300)).toMatchObject({ deliveredSamples: 0, undeliveredSamples: 0 });
      await close();
    });

    it('shows no secret of its target in any text', async () => {
      const source = new ExpositionSource(systemClock());
      const { exporter, receive, close } = await subject.openDead(source.context);
      await exporter.start();
      await receive();
      const delivery = await exporter.stop(50);
      expect(exporter.where).toMatch(/https?:\/\//);
      expect(JSON.stringify([exporter.where, delivery, source.warnings])).not.toContain(SECRET);
      await close();
    });

    it('leaves no handles open', async () => {
      await sleep(100); // what earlier tests have closed takes a moment
      const before = openHandles();
      const { exporter, receive, close } = await subject.open(new ExpositionSource(systemClock()).context);
      await exporter.start();
      await receive();
      expect(openHandles().length).toBeGreaterThan(before.length);
      const stopped = exporter.stop(5000);
      await receive();
      await stopped;
      await close();
      // expect.poll would itself be open.
      const untilMs = performance.now() + SLACK_MS;
      while (openHandles().length > before.length && performance.now() < untilMs) await sleep(10);
      expect(openHandles()).toEqual(before);
    });
  });
}

async function failureOf({ open }: Unusable): Promise<LoadbotError> {
  const opened = open(new ExpositionSource(systemClock()).context);
  const error = await opened
    .then(({ exporter }) => exporter.start())
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (error instanceof LoadbotError) return error;
  throw new Error(`expected a LoadbotError, got ${String(error)}`);
}

/** Timers, sockets and servers that keep the process alive. */
function openHandles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /Timeout|TCP|Pipe/.test(kind))
    .toSorted((a, b) => (a < b ? -1 : 1));
}
