import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEnvelope, PROTOCOL } from '../../../../src/fleet/wire/envelope.ts';
import {
  type CommandKind,
  type CommandReply,
  decodeCommand,
  decodeCommandReply,
  decodePayload,
  encodeCommand,
  encodeCommandReply,
  type FleetCommand,
  type RefusalCode,
} from '../../../../src/fleet/wire/messages/command.ts';
import {
  decodeHello,
  decodeWho,
  encodeHello,
  encodeWho,
  type ForeignHello,
  type Hello,
  type Who,
} from '../../../../src/fleet/wire/messages/hello.ts';
import {
  decodeEdge,
  decodeUpReply,
  type Edge,
  encodeEdge,
  encodeUpReply,
  type FleetWatermark,
  type UpReply,
} from '../../../../src/fleet/wire/messages/level.ts';
import {
  decodeTimePing,
  decodeTimePong,
  encodeTimePing,
  encodeTimePong,
  type TimePing,
  type TimePong,
} from '../../../../src/fleet/wire/messages/time.ts';
import {
  type AgentEvent,
  type AgentHealth,
  decodeUp,
  encodeUp,
  type Up,
} from '../../../../src/fleet/wire/messages/up.ts';
import type { SealedCommand } from '../../../../src/fleet/wire/messages/command.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';

const hello: Hello = {
  name: 'eu-1',
  incarnation: 'a1',
  version: '0.1.0',
  protocol: PROTOCOL,
  host: 'host-1',
  cores: 1.5,
  threads: 4,
  drivers: ['http', 'postgres'],
  labels: { region: 'eu' },
  state: 'idle',
  run: null,
  sealKey: 'AAAA',
  maxPayload: 1_048_576,
};

const health: AgentHealth = {
  findings: [
    {
      signal: 'blocked',
      severity: 'invalid',
      job: undefined,
      value: 0.25,
      unit: 'share',
      message: 'a load thread was blocked',
      hint: 'use more threads',
      firstSeenSeconds: 1,
      lastedSeconds: 2,
      worstSeconds: 1.5,
      spans: [[1, 3]],
    },
    {
      signal: 'late',
      severity: 'note',
      job: { name: 'reads', uuid: 'u-1' },
      value: 12,
      unit: 'requests',
      seconds: 4,
      isOfWhole: true,
      message: 'requests started late',
      hint: 'lower the rate',
      firstSeenSeconds: 0,
      lastedSeconds: 4,
      worstSeconds: 3,
      spans: [],
    },
  ],
  peaks: { blocked: 0.25, openFiles: 0.01 },
  floor: null,
  clockBoundMs: 0.4,
  startedLateMs: 0,
  requests: 12,
  errors: 1,
  p50Seconds: 0.25,
  p99Seconds: null,
};

const watermarks: readonly FleetWatermark[] = [
  { job: 0, completedBelow: 1200 },
  { job: 3, completedBelow: Infinity },
];

const events: readonly AgentEvent[] = [
  { kind: 'opened' },
  { kind: 'left' },
  { kind: 'prepared', job: 1 },
  {
    kind: 'ended',
    job: 1,
    end: { planned: [10, 0], endedMs: 61_000.25, usedBelow: 10, noneFrom: Infinity },
    startedLateMs: 0,
    totals: [
      {
        part: 0,
        window: 0,
        counts: [1, 2 ** 53 - 1],
        distributions: [{ count: 1, sumMs: 0.5, maxMs: 0.5 }],
        checksum: 7,
      },
    ],
  },
  { kind: 'failed', job: null, error: { code: 'config_invalid', message: 'no library `pg`', hint: null } },
  { kind: 'failure', job: 1, errorClass: 'timeout', message: 'no response within 1 s' },
];

const up: Up = {
  run: 'run-1',
  agent: 'eu-1',
  incarnation: 'a1',
  seq: 3,
  cutMs: 12_000,
  isComplete: true,
  events,
  health,
  watermarks,
  frames: [
    { job: 0, part: 1, window: 0, data: Uint8Array.of(1, 2, 3) },
    { job: 9_999, part: 0, window: 33, data: new Uint8Array(0) },
  ],
};

const to = { agent: 'eu-1', incarnation: 'a1', run: 'run-1', n: 5 };
const commands: readonly FleetCommand[] = [
  { kind: 'reserve', coordinator: 'laptop', version: '0.1.0', leaseMs: 10_000 },
  { kind: 'plan', chunk: 1, chunks: 2, bytes: 6, ranks: [0, 4], of: 8, agents: 4, phaseNames: ['backup'] },
  {
    kind: 'prepare',
    job: 2,
    firstDocument: 100,
    documentStride: 2,
    population: 2 ** 52,
    oldest: 0,
    readsOwnWrites: true,
  },
  { kind: 'run', job: 2, startMs: 4500.125 },
  { kind: 'stop', reason: 'a threshold failed' },
  { kind: 'release', reason: 'the run ended' },
  { kind: 'probe' },
];

describe('round trips', () => {
  it('decodes who and hello', () => {
    const who: Who = { coordinator: 'laptop', version: '0.1.0' };
    expect(decodeWho(encodeWho(who))).toEqual(who);
    expect(decodeHello(encodeHello(hello))).toEqual({ hello });
  });

  it('decodes each command with its address, signature and body', () => {
    for (const command of commands) {
      const body = command.kind === 'plan' ? Uint8Array.of(9, 8, 7) : new Uint8Array(0);
      const sealed: SealedCommand = decodeCommand(encodeCommand(to, command, body, ({ kind }) => btoa(kind)));
      expect(sealed.address).toEqual({ ...to, kind: command.kind });
      expect(atob(sealed.signature ?? '')).toBe(command.kind);
      expect(decodePayload(sealed)).toEqual({ command, body });
    }
  });

  it('decodes an unsigned command', () => {
    expect(decodeCommand(encodeCommand(to, { kind: 'probe' })).signature).toBeUndefined();
  });

  it('decodes replies to commands', () => {
    const code: RefusalCode = 'busy';
    const replies: readonly CommandReply[] = [
      { accepted: true, n: 5, run: 'run-1' },
      { accepted: false, n: 5, code, message: 'reserved for another run', hint: null },
    ];
    for (const reply of replies) expect(decodeCommandReply(encodeCommandReply(reply))).toEqual(reply);
  });

  it('decodes a message of an agent with all events, infinite limits and frames', () => {
    expect(decodeUp(encodeUp(up))).toEqual(up);
  });

  it('decodes its reply and an edge', () => {
    const edge: Edge = { revision: 4, want: 'stop', phases: 2 ** 32 - 1 };
    const reply: UpReply = { ...edge, applied: 3, watermarks, leaseMs: 10_000 };
    expect(decodeEdge(encodeEdge(edge))).toEqual(edge);
    expect(decodeUpReply(encodeUpReply(reply))).toEqual(reply);
  });

  it('decodes time pings', () => {
    const ping: TimePing = { ping: 31 };
    const pong: TimePong = { ping: 31, clockMs: 123_456.789 };
    expect(decodeTimePing(encodeTimePing(ping))).toEqual(ping);
    expect(decodeTimePong(encodeTimePong(pong))).toEqual(pong);
  });
});

describe('refusals', () => {
  it('reads the name of an agent of another protocol version', () => {
    const bytes = encodeEnvelope({ name: 'old', version: '9', protocol: 7, host: 'h', more: true });
    bytes[0] = 7;
    const foreign: ForeignHello = { name: 'old', version: '9', protocol: 7, host: 'h' };
    expect(decodeHello(bytes)).toEqual({ foreign });
  });

  it('refuses other messages of another protocol version', () => {
    const bytes = encodeUp(up);
    bytes[0] = 7;
    expect(() => decodeUp(bytes)).toThrow('the sender has protocol version 7, this agent has 1');
  });

  it('names the field that is not valid', () => {
    const bytes = encodeUp({ ...up, watermarks: [{ job: 0, completedBelow: -1 }] });
    expect(() => decodeUp(bytes)).toThrow(/^message of an agent: watermarks\.0\.completedBelow: /);
  });

  it('refuses unknown fields, and texts and lists beyond their bounds', () => {
    expect(() => decodeEdge(encodeEnvelope({ revision: 1, want: 'run', phases: 0, more: 2 }))).toThrow(WireError);
    expect(() => decodeUp(encodeUp({ ...up, agent: 'x'.repeat(257) }))).toThrow(WireError);
    const many = Array.from({ length: 1001 }, () => events[0]!);
    expect(() => decodeUp(encodeUp({ ...up, events: many }))).toThrow(WireError);
  });

  it('refuses pings and their answers of another length or protocol, and numbers that are not valid', () => {
    const pong = encodeTimePong({ ping: 31, clockMs: 5 });
    expect(() => decodeTimePing(pong)).toThrow('time: the message has 17 bytes');
    expect(() => decodeTimePong(pong.subarray(0, 16))).toThrow('reply to time: the message has 16 bytes');
    expect(() => decodeTimePing(encodeTimePing({ ping: 1.5 }))).toThrow('time: the ping is 1.5');
    expect(() => decodeTimePong(encodeTimePong({ ping: -1, clockMs: 5 }))).toThrow('reply to time: the ping is -1');
    expect(() => decodeTimePong(encodeTimePong({ ping: 1, clockMs: NaN }))).toThrow('reply to time: the clock is NaN');
    pong[0] = 7;
    expect(() => decodeTimePong(pong)).toThrow('reply to time: protocol version 7, not 1');
  });

  it('refuses a payload of another kind, and a body where none belongs', () => {
    const kind: CommandKind = 'probe';
    const probe = decodeCommand(encodeCommand(to, { kind }));
    const other = { ...probe, address: { ...probe.address, kind: 'stop' as const } };
    expect(() => decodePayload(other)).toThrow('command stop: the payload is of the kind probe');
    const withBody = decodeCommand(encodeCommand(to, { kind }, Uint8Array.of(1)));
    expect(() => decodePayload(withBody)).toThrow('command probe: unexpected body');
  });

  it('refuses headers of deep nesting', () => {
    const bytes = encodeEnvelope({});
    const deep = Buffer.from(`{"ping":${'['.repeat(600)}${']'.repeat(600)}}`);
    const message = Buffer.concat([bytes.subarray(0, 5), deep]);
    message.writeUInt32BE(deep.length, 1);
    expect(() => decodeEdge(message)).toThrow('edge: the header has too many levels');
  });

  it('answers any damage with a value or a WireError', () => {
    const valid = encodeUp(up);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(valid.length),
        (changes, length) => {
          const bytes = valid.slice(0, length);
          for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
          try {
            decodeUp(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
