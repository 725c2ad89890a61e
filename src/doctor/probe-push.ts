import type { Clock } from '../shared/clock.ts';
import type { Labels, Exposition } from '../metrics/family.ts';
import { prepareRequests } from '../exporters/push/attempt.ts';
import type { PushMessage, PushProtocol, PushProtocolEntry } from '../exporters/push/protocol.ts';
import type { ReceiverResponse, SendQuery, NoResponse } from './send-query.ts';
import { PUSH_PROTOCOLS } from '../push-catalog.ts';
import type { Examination, DoctorFinding } from './examination.ts';

/** Name of the family that is pushed and read back. */
export const PROBE_NAME = 'loadbot_doctor_probe';

/** An exposition of one sample, identified by its value. */
export function probeExposition(labels: Labels, value: number, epochMs: number): Exposition {
  const help = 'Pushed by loadbot-agent doctor to check that metrics arrive.';
  return { epochMs, families: [{ name: PROBE_NAME, type: 'gauge', help, samples: [{ suffix: '', labels, value }] }] };
}

/** A pushed probe and its response. */
export interface PushedProbe {
  /** Value that identifies the probe. */
  readonly value: number;
  /** Timestamp of the probe, milliseconds since the epoch. */
  readonly epochMs: number;
  readonly wasGzipped: boolean;
  readonly answer: ReceiverResponse | NoResponse;
}

/** Options of the probe's push. */
export interface ProbePushOptions {
  readonly ask: SendQuery;
  readonly protocol: PushProtocol;
  /** Labels of the probe. */
  readonly labels: Labels;
  readonly clock: Clock;
  /** Random number from 0 to 1. */
  readonly random: () => number;
}

/** Pushes probes as a run pushes its metrics. */
export class ProbePush {
  readonly #options: ProbePushOptions;
  #epochMs = 0;

  constructor(options: ProbePushOptions) {
    this.#options = options;
  }

  /** Pushes a new value with a timestamp later than all before. */
  async push(gzip: boolean): Promise<PushedProbe> {
    const { protocol, labels, clock, random } = this.#options;
    this.#epochMs = Math.max(clock.epochMs(), this.#epochMs + 1);
    const value = Math.floor(random() * 2 ** 31);
    const epochMs = this.#epochMs;
    const messages = protocol.encode(probeExposition(labels, value, epochMs));
    return { value, epochMs, ...(await this.#send(messages, gzip)) };
  }

  /** Sends the end-of-run messages (stale markers, group deletion). `undefined` when the protocol has none. */
  async sendEndOfRun(): Promise<ReceiverResponse | NoResponse | undefined> {
    const { protocol, clock } = this.#options;
    const messages = protocol.endOfRun?.encode(Math.max(clock.epochMs(), this.#epochMs + 1)) ?? [];
    return messages.length === 0 ? undefined : (await this.#send(messages, false)).answer;
  }

  /** Sends messages until one is rejected; returns the response of the last one. */
  async #send(messages: readonly PushMessage[], gzip: boolean): Promise<Pick<PushedProbe, 'answer' | 'wasGzipped'>> {
    const { ask, protocol } = this.#options;
    const parcels = await prepareRequests(messages, protocol, gzip);
    const wasGzipped = parcels.some(({ headers }) => headers['content-encoding'] === 'gzip');
    let answer: ReceiverResponse | NoResponse = { kind: 'silence', status: 'parse', reason: 'nothing to send' };
    for (const parcel of parcels) {
      answer = await ask(parcel);
      if (!isAccepted(answer)) break;
    }
    return { answer, wasGzipped };
  }
}

/** Whether a push was accepted, as a run would classify it. */
export function isAccepted(answer: ReceiverResponse | NoResponse): answer is ReceiverResponse {
  return answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;
}

/** Removes the probe, as far as the protocol allows. */
export async function cleanUp({ protocolName, report }: Examination, probes: ProbePush): Promise<void> {
  const answer = await probes.sendEndOfRun();
  report({ step: 'clean-up', ...describe(PUSH_PROTOCOLS[protocolName], answer !== undefined && isAccepted(answer)) });
}

function describe({ keepsGroups }: PushProtocolEntry, isGone: boolean): Omit<DoctorFinding, 'step'> {
  if (!keepsGroups)
    return { verdict: 'ok', message: isGone ? 'the probe has stale markers' : 'one sample of the probe remains' };
  if (isGone) return { verdict: 'ok', message: 'the probe is deleted' };
  const hint = 'allow DELETE on the receiver; otherwise the last values of every run remain';
  return { verdict: 'warn', message: 'cannot delete the probe', hint };
}
