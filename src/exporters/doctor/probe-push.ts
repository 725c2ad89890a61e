import type { Clock } from '../../shared/clock.ts';
import type { Labels } from '../../metrics/family.ts';
import { prepareRequests } from '../push/prepare-requests.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import type { ReceiverResponse, SendQuery, NoResponse } from './send-query.ts';
import { probeExposition } from './probe.ts';

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
