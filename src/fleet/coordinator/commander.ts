import type { Clock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { type Bus, BusError } from '../bus/bus.ts';
import { agentSubject } from '../subjects.ts';
import { WireError } from '../wire/wire-error.ts';
import {
  type CommandAddress,
  type CommandReply,
  decodeCommandReply,
  encodeCommand,
  type FleetCommand,
} from '../wire/messages/command.ts';
import type { Hello } from '../wire/messages/hello.ts';

const ANSWER_MS = 1000;
const RETRY_MS = 200;
/** Time for all agents of a name to answer. */
const DOUBLES_MS = 500;

/** Signs a command; `undefined` without a key. */
export type Sign = (address: CommandAddress, payload: Uint8Array) => string | undefined;

/** Sends commands to one agent, one after the other, each repeated until the agent accepts or refuses it. */
export class Commander {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #run: string;
  readonly #hello: Hello;
  readonly #sign: Sign;
  #n = 0;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** Longest time until a command was accepted, in milliseconds. */
  slowestMs = 0;

  constructor(bus: Bus, clock: Clock, run: string, hello: Hello, sign: Sign) {
    this.#bus = bus;
    this.#clock = clock;
    this.#run = run;
    this.#hello = hello;
    this.#sign = sign;
  }

  /**
   * Sends a command after the earlier ones. Resolves once it is accepted, or without effect after `close`.
   * @throws {LoadbotError} when the agent refuses it, with the refusal's code as `cause`
   */
  async send(command: FleetCommand, body?: Uint8Array): Promise<void> {
    const sent = this.#last.then(() => this.#repeat(command, body));
    this.#last = sent.catch(() => {});
    return sent;
  }

  /** Ends the reservation at once; earlier commands are given up. */
  async release(reason: string): Promise<void> {
    this.#isClosed = true;
    const bytes = this.#encode(++this.#n, { kind: 'release', reason });
    await this.#bus.request(this.#subject, bytes, ANSWER_MS);
  }

  /**
   * Asks whether the agent is alive.
   * @returns `restarted`: another process has its name, and the agent itself does not answer
   * @throws {BusError}
   */
  async probe(): Promise<'alive' | 'restarted'> {
    const bytes = this.#encode(1, { kind: 'probe' });
    const isRefused = (answer: Uint8Array): boolean => {
      const reply = decodeCommandReply(answer);
      return !reply.accepted && reply.code === 'incarnation';
    };
    if (!isRefused(await this.#bus.request(this.#subject, bytes, ANSWER_MS))) return 'alive';
    // Two agents may have one name.
    let answered: 'alive' | 'restarted' = 'restarted';
    await this.#bus.requestMany(this.#subject, bytes, DOUBLES_MS, (answer) => {
      if (!isRefused(answer)) answered = 'alive';
    });
    return answered;
  }

  /** Gives up on commands that were not accepted. */
  close(): void {
    this.#isClosed = true;
  }

  get #subject(): string {
    return agentSubject(this.#hello.name);
  }

  #encode(n: number, command: FleetCommand, body?: Uint8Array): Uint8Array {
    const { name: agent, incarnation } = this.#hello;
    return encodeCommand({ agent, incarnation, run: this.#run, n }, command, body, this.#sign);
  }

  async #repeat(command: FleetCommand, body: Uint8Array | undefined): Promise<void> {
    const bytes = this.#encode(++this.#n, command, body);
    const startMs = this.#clock.nowMs();
    while (!this.#isClosed) {
      const answer = await this.#attempt(bytes);
      // From another agent of the same name, or after a restart, which the silence of the reserved agent shows.
      const isOther = answer?.accepted === false && answer.code === 'incarnation' && command.kind !== 'reserve';
      const reply = isOther ? undefined : answer;
      if (reply?.accepted === true) {
        this.slowestMs = Math.max(this.slowestMs, this.#clock.nowMs() - startMs);
        return;
      }
      if (reply !== undefined) throw new RefusedError(this.#hello.name, reply);
      await new Promise<void>((resolve) => void this.#clock.after(RETRY_MS, resolve));
    }
  }

  /** `undefined`: no answer. */
  async #attempt(bytes: Uint8Array): Promise<CommandReply | undefined> {
    try {
      return decodeCommandReply(await this.#bus.request(this.#subject, bytes, ANSWER_MS));
    } catch (error) {
      // A message that is too large or not permitted stays so.
      if (error instanceof BusError && error.code === 'refused') {
        throw new LoadbotError('internal', `the bus refuses a command: ${error.message}`, { cause: error });
      }
      if (error instanceof BusError || error instanceof WireError) return undefined;
      throw error;
    }
  }
}

/** An agent refused a command. */
export class RefusedError extends LoadbotError {
  readonly refusal: Extract<CommandReply, { accepted: false }>['code'];

  constructor(agent: string, { code, message, hint }: Extract<CommandReply, { accepted: false }>) {
    super(
      ['plan', 'version', 'signature'].includes(code) ? 'config_invalid' : 'internal',
      `agent ${agent}: ${message}`,
      {
        ...(hint !== null && { hint }),
      },
    );
    this.refusal = code;
  }
}
