import { describe, expect, it } from 'vitest';
import type { PushAttempt } from '../../../../src/exporters/push/attempt.ts';
import type { PushProtocol } from '../../../../src/exporters/push/protocol.ts';
import { createPushExporter } from '../../../../src/exporters/push/push-exporter.ts';
import { passSettled, settle } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { ExpositionSource } from '../exposition-source.ts';

const ACCEPTED: PushAttempt = { kind: 'accepted', status: 'success', statusCode: 204 };
const FAILED: PushAttempt = { kind: 'failed', status: 'reset', statusCode: 0, reason: 'reset', retryAfterMs: 0 };

/** An exporter whose protocol sends `end <epochMs>` at the end of the run. */
function open(script: (PushAttempt | 'hang')[], graceMs = 15_000) {
  const clock = new VirtualClock();
  const source = new ExpositionSource(clock);
  const sent: { atMs: number; text: string }[] = [];
  const startEpochMs = clock.epochMs();
  const protocol: PushProtocol = {
    url: 'http://gw/',
    takesGzip: false,
    onlyNewest: true,
    encode: ({ epochMs }) => [{ headers: {}, body: `at ${epochMs - startEpochMs}`, samples: 2 }],
    endOfRun: {
      graceMs,
      encode: (epochMs) => [
        { headers: {}, body: `end ${epochMs - startEpochMs}`, samples: 0 },
        { url: 'http://gw/b', method: 'DELETE', headers: {}, body: '', samples: 0 },
      ],
    },
  };
  const exporter = createPushExporter(
    {
      protocol,
      async send({ body, method }, signal) {
        sent.push({ atMs: clock.nowMs(), text: method === 'DELETE' ? method : Buffer.from(body).toString() });
        const answer = script.shift() ?? ACCEPTED;
        if (answer === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return answer === 'hang' ? FAILED : answer;
      },
      intervalMs: 60_000,
      timeoutMs: 10_000,
      capacity: 1,
      gzip: true,
      random: () => 0,
    },
    source.context,
  );
  return { clock, source, exporter, sent };
}

describe('end-of-run messages of a protocol', () => {
  it('are sent once after the final values and the grace time, and are not samples', async () => {
    const { clock, source, exporter, sent } = open([]);
    await exporter.start();
    clock.pass(1000);
    const stopped = exporter.stop();
    await passSettled(clock, 14_900);
    expect(sent.length).toBe(2);
    await passSettled(clock, 100);
    expect(await stopped).toMatchObject({ deliveredSamples: 4, undeliveredSamples: 0, lastError: undefined });
    expect(sent).toEqual([
      { atMs: 0, text: 'at 0' },
      { atMs: 1000, text: 'at 1000' },
      { atMs: 16_000, text: 'end 16000' },
      { atMs: 16_000, text: 'DELETE' },
    ]);
    expect(source.warnings).toEqual([]);
  });

  it('have a later timestamp than the final values', async () => {
    const { exporter, sent } = open([], 0);
    await exporter.start();
    await exporter.stop();
    expect(sent.map(({ text }) => text)).toEqual(['at 0', 'at 0', 'end 1', 'DELETE']);
  });

  it('are sent immediately during a fast shutdown', async () => {
    const { clock, exporter, sent } = open([]);
    await exporter.start();
    await exporter.stop(2000);
    expect(clock.nowMs()).toBe(0);
    expect(sent.length).toBe(4);
  });

  it('are sent immediately if a fast shutdown starts meanwhile', async () => {
    const { clock, exporter, sent } = open([]);
    await exporter.start();
    const stopped = exporter.stop();
    await passSettled(clock, 3000);
    expect(sent.length).toBe(2);
    const hurried = exporter.stop(1000);
    await settle();
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 0, 3000, 3000]);
    expect(await stopped).toEqual(await hurried);
  });

  it('are not sent without time', async () => {
    const { exporter, sent, source } = open([]);
    await exporter.start();
    await exporter.stop(0);
    expect(sent.every(({ text }) => text.startsWith('at'))).toBe(true);
    expect(source.warnings).toEqual([
      'cannot end the series of this run at http://gw: the deadline has passed; they remain there for now',
    ]);
  });

  it('are retried for 5 s, then logged', async () => {
    const { clock, source, exporter, sent } = open([ACCEPTED, ACCEPTED, ACCEPTED, ...Array(20).fill('hang')], 0);
    await exporter.start();
    const stopped = exporter.stop();
    await passSettled(clock, 5000);
    expect(await stopped).toMatchObject({ deliveredSamples: 4, undeliveredSamples: 0 });
    expect(clock.nowMs()).toBe(5000);
    expect(sent.slice(2).map(({ text }) => text)).toEqual(['end 1', 'DELETE', 'DELETE']);
    expect(source.warnings).toEqual([
      'cannot end the series of this run at http://gw: reset; they remain there for now',
    ]);
  });

  it('are not sent to a receiver that accepted no exposition', async () => {
    const { clock, source, exporter, sent } = open(Array.from({ length: 99 }, () => FAILED));
    await exporter.start();
    const stopped = exporter.stop(3000);
    await passSettled(clock, 3000);
    expect(await stopped).toMatchObject({ deliveredSamples: 0, undeliveredSamples: 2, lastError: 'reset' });
    expect(sent.every(({ text }) => text.startsWith('at'))).toBe(true);
    expect(source.warnings).toEqual(['cannot deliver metrics to http://gw: reset; the newest are retried']);
  });

  it('are sent without grace time if the final values did not arrive', async () => {
    const { clock, exporter, sent } = open([ACCEPTED, ...Array.from({ length: 10 }, () => FAILED)]);
    await exporter.start();
    const stopped = exporter.stop();
    await passSettled(clock, 10_000);
    await stopped;
    expect(clock.nowMs()).toBe(10_000);
    expect(sent.slice(-2)).toEqual([
      { atMs: 10_000, text: 'end 10000' },
      { atMs: 10_000, text: 'DELETE' },
    ]);
  });
});
