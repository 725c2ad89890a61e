import { describe, expect, it } from 'vitest';
import { countSamples } from '../../../../src/metrics/family.ts';
import { openProtocol } from '../../../../src/push-catalog.ts';
import type { PushMessage, PushProtocol } from '../../../../src/exporters/push/protocol.ts';
import { decodeExportRequest } from '../otlp/decode.ts';
import { EPOCH_MS, FAMILIES } from '../otlp/families.ts';
import { pushTarget } from '../push-target.ts';
import { decodeWriteRequest } from '../remote-write/decode.ts';

const EXPOSITION = { epochMs: EPOCH_MS, families: FAMILIES };

/** Everything that a body brings, each sample or data point as a text of its own. */
const READ: Readonly<Record<string, (body: PushMessage['body']) => readonly string[]>> = {
  prometheus_text: (body) => linesOf(body),
  pushgateway: (body) => linesOf(body),
  remote_write: (body) => decodeWriteRequest(Buffer.from(body)).series.map((series) => show(series)),
  otlp: (body) =>
    decodeExportRequest(Buffer.from(body)).metrics.flatMap(({ name, gauge, sum, histogram, summary }) =>
      [...(gauge?.points ?? []), ...(sum?.points ?? []), ...(histogram?.points ?? []), ...(summary?.points ?? [])].map(
        (point) => show({ name, point }),
      ),
    ),
};

function linesOf(body: PushMessage['body']): readonly string[] {
  return (
    Buffer.from(body)
      .toString()
      .match(/^[^#\n].*$/gm) ?? []
  );
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}

async function open(name: keyof typeof READ): Promise<PushProtocol> {
  const target = pushTarget('http://127.0.0.1:1/', { protocol: name });
  return openProtocol(target, { agent: 'a', instance: 'i', startEpochMs: EPOCH_MS - 1000 });
}

/** Divides messages until none of them can be divided. */
function divideAll(protocol: PushProtocol, messages: readonly PushMessage[]): readonly PushMessage[] {
  return messages.flatMap((message) => {
    const parts = protocol.parts?.split(message) ?? [];
    if (parts.length === 0) return [message];
    expect(parts).toHaveLength(2);
    expect(parts.reduce((total, { samples }) => total + samples, 0)).toBe(message.samples);
    return divideAll(protocol, parts);
  });
}

describe.each(Object.keys(READ))('bodies of %s', (name) => {
  const read = READ[name] ?? (() => []);

  it('are divided to the smallest part without losing, changing or repeating samples', async () => {
    const protocol = await open(name);
    const whole = protocol.encode(EXPOSITION);
    const parts = divideAll(protocol, whole);
    expect(parts.flatMap(({ body }) => read(body))).toEqual(whole.flatMap(({ body }) => read(body)));
    expect(parts.reduce((total, { samples }) => total + samples, 0)).toBe(countSamples(EXPOSITION));
    if (name !== 'pushgateway') {
      for (const { body } of parts) expect(read(body)).toHaveLength(1);
      return;
    }
    // Families stay whole; what follows the first part is added to the group.
    expect(parts.length).toBeGreaterThanOrEqual(FAMILIES.length);
    const methods = whole.map(({ url }) => parts.filter((part) => part.url === url).map(({ method }) => method));
    for (const [first, ...others] of methods) {
      expect(first).toBe('PUT');
      expect(new Set(others)).toEqual(new Set(others.length > 0 ? ['POST'] : []));
    }
  });

  it('are divided in about equal halves', async () => {
    const protocol = await open(name);
    const samples = Array.from({ length: 1000 }, (_, index) => ({
      suffix: '',
      labels: { job: `job ${index}` },
      value: index,
    }));
    const families = ['a', 'b'].map((family) => ({ name: family, type: 'counter' as const, help: 'Help.', samples }));
    const [message] = protocol.encode({ epochMs: EPOCH_MS, families });
    const parts = protocol.parts?.split(message!) ?? [];
    expect(parts.map((part) => part.samples)).toEqual([1000, 1000]);
  });

  it('are joined if the receiver keeps timestamps', async () => {
    const protocol = await open(name);
    const bodies = [0, 1000].map((byMs) => {
      const [message] = protocol.encode({ ...EXPOSITION, epochMs: EPOCH_MS + byMs });
      return Buffer.from(message!.body);
    });
    const body = protocol.parts?.join?.(bodies);
    expect(body === undefined).toBe(name === 'pushgateway');
    if (body === undefined) return;
    // Joined requests of OTLP have a resource each, and are divided between them.
    const message = { headers: {}, body, samples: 0 };
    const parts = name === 'otlp' ? (protocol.parts?.split(message) ?? []) : [message];
    expect(parts.flatMap((part) => read(part.body))).toEqual(bodies.flatMap((part) => read(part)));
  });
});

it('keeps the type of a family in both halves of a text', async () => {
  const protocol = await open('prometheus_text');
  const body = '# HELP a Help.\n# TYPE a counter\na{x="1"} 1 5\na{x="#"} 2 5\n';
  expect(protocol.parts?.split({ headers: {}, body, samples: 2 })).toEqual([
    { headers: {}, body: '# HELP a Help.\n# TYPE a counter\na{x="1"} 1 5\n', samples: 1 },
    { headers: {}, body: '# HELP a Help.\n# TYPE a counter\na{x="#"} 2 5\n', samples: 1 },
  ]);
});
