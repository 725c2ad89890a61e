import type { Clock } from '../../core/clock.ts';
import type { Labels } from '../../metrics/family.ts';
import { pack } from '../push/pack.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import type { Answer, Ask, Silence } from './ask.ts';
import { probeExposition } from './probe.ts';

/** A probe that was pushed, and what was answered. */
export interface PushedProbe {
  /** By which it is known. */
  readonly value: number;
  /** Its timestamp, milliseconds since the epoch. */
  readonly epochMs: number;
  readonly wasGzipped: boolean;
  readonly answer: Answer | Silence;
}

/** What a probe is pushed with. */
export interface ProbePushOptions {
  readonly ask: Ask;
  readonly protocol: PushProtocol;
  /** Of the probe. */
  readonly labels: Labels;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Pushes probes, as a run would push its metrics. */
export class ProbePush {
  readonly #options: ProbePushOptions;
  #epochMs = 0;

  constructor(options: ProbePushOptions) {
    this.#options = options;
  }

  /** Pushes a new value, with a later timestamp than any before. */
  async push(gzip: boolean): Promise<PushedProbe> {
    const { protocol, labels, clock, random } = this.#options;
    this.#epochMs = Math.max(clock.epochMs(), this.#epochMs + 1);
    const value = Math.floor(random() * 2 ** 31);
    const epochMs = this.#epochMs;
    const messages = protocol.encode(probeExposition(labels, value, epochMs));
    return { value, epochMs, ...(await this.#send(messages, gzip)) };
  }

  /** Says that no more probes will come. `undefined` where the protocol has no words for that. */
  async takeLeave(): Promise<Answer | Silence | undefined> {
    const { protocol, clock } = this.#options;
    const messages = protocol.lastWords?.encode(Math.max(clock.epochMs(), this.#epochMs + 1)) ?? [];
    return messages.length === 0 ? undefined : (await this.#send(messages, false)).answer;
  }

  /** Until one message is not accepted; the answer is the last one's. */
  async #send(messages: readonly PushMessage[], gzip: boolean): Promise<Pick<PushedProbe, 'answer' | 'wasGzipped'>> {
    const { ask, protocol } = this.#options;
    const parcels = await pack(messages, protocol, gzip);
    const wasGzipped = parcels.some(({ headers }) => headers['content-encoding'] === 'gzip');
    let answer: Answer | Silence = { kind: 'silence', status: 'parse', reason: 'there was nothing to send' };
    for (const parcel of parcels) {
      answer = await ask(parcel);
      if (!isAccepted(answer)) break;
    }
    return { answer, wasGzipped };
  }
}

/** Whether a push was taken, as a run would see it. */
export function isAccepted(answer: Answer | Silence): answer is Answer {
  return answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;
}
