import type { Plan } from '../../plan/plan.ts';
import { messageOf } from '../../shared/errors.ts';
import type { BusMessage } from '../bus/bus.ts';
import { agentSubject, stateSubject, whoSubject } from '../subjects.ts';
import { ChunkJoiner } from '../wire/chunks.ts';
import {
  type CommandReply,
  decodeCommand,
  decodePayload,
  encodeCommandReply,
  type FleetCommand,
  type SealedCommand,
} from '../wire/messages/command.ts';
import { encodeHello, type Hello } from '../wire/messages/hello.ts';
import { encodeKeptCounts, type KeptCounts } from '../wire/messages/kept-counts.ts';
import { Assignment } from './assignment.ts';
import type { OpenAgentLoad } from './agent-load.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { MemberOptions } from '../member-options.ts';

/** Constant part of an answer to `who`; the rest depends on the state. */
type AgentDescription = Omit<Hello, 'state' | 'run' | 'maxPayload'>;

/** An agent executes one run at a time, of its control API or of a fleet. */
export interface AgentLock {
  readonly isFree: boolean;
  /**
   * Takes the lock.
   * @returns a function that releases it
   * @throws {LoadbotError} `agent_busy`
   */
  take(): () => void;
}

interface FleetAgentOptions extends MemberOptions {
  readonly pool: string;
  readonly description: AgentDescription;
  readonly lock: AgentLock;
  /** Verifies a command. @throws {Refusal} when it is not from a trusted coordinator */
  readonly verify: (command: SealedCommand) => void;
  /** Opens a sealed plan. @throws {LoadbotError} when it cannot be read, or this agent must not or cannot run it */
  readonly readPlan: (sealed: Uint8Array, run: string) => Plan;
  readonly openLoad: OpenAgentLoad;
  readonly log: (message: string) => void;
}

/** The run that the agent is reserved for. */
interface Current {
  readonly assignment: Assignment;
  readonly release: () => void;
  readonly plan: ChunkJoiner;
  /** Number of the last command, and its reply. */
  lastN: number;
  lastReply: CommandReply;
}

/** An agent of a fleet: answers who it is, and executes the commands of the coordinator of one run at a time. */
export class FleetAgent {
  readonly #options: FleetAgentOptions;
  readonly #stops: readonly (() => void)[];
  #current: Current | undefined;

  constructor(options: FleetAgentOptions) {
    const { bus, pool, description } = options;
    this.#options = options;
    this.#stops = [
      bus.subscribe(whoSubject(pool), ({ respond }) => respond?.(encodeHello(this.#hello()))),
      bus.subscribe(agentSubject(description.name), (message) => this.#receive(message)),
    ];
  }

  /** Run that the agent is reserved for; `undefined`: none. */
  get run(): string | undefined {
    return this.#current?.assignment.run;
  }

  /** Ends the current run at once. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#leave();
  }

  #hello(): Hello {
    const { description, bus, lock } = this.#options;
    return { ...description, state: lock.isFree ? 'idle' : 'busy', run: this.run ?? null, maxPayload: bus.maxPayload };
  }

  #receive({ data, respond }: BusMessage): void {
    const reply = this.#reply(data);
    if (reply !== undefined) respond?.(encodeCommandReply(reply));
  }

  /** `undefined`: not a command. */
  #reply(data: Uint8Array): CommandReply | undefined {
    let sealed: SealedCommand;
    try {
      sealed = decodeCommand(data);
    } catch (error) {
      this.#options.log(`ignoring a message of the bus: ${messageOf(error)}`);
      return undefined;
    }
    const { run, n, kind } = sealed.address;
    const current = this.#current;
    if (current?.assignment.run === run && current.lastN === n && kind !== 'probe') return current.lastReply;
    try {
      this.#check(sealed);
      this.#options.verify(sealed);
      const { command, body } = decodePayload(sealed);
      this.#execute(command, body, run, n);
      return this.#keep(run, n, kind, { accepted: true, n, run: this.run ?? null });
    } catch (error) {
      return this.#keep(run, n, kind, { accepted: false, n, ...refusalOf(error) });
    }
  }

  #keep(run: string, n: number, kind: FleetCommand['kind'], reply: CommandReply): CommandReply {
    const current = this.#current;
    if (current?.assignment.run === run && kind !== 'probe' && n > current.lastN) {
      current.lastN = n;
      current.lastReply = reply;
    }
    return reply;
  }

  #check({ address: { incarnation, run, n, kind } }: SealedCommand): void {
    const { description } = this.#options;
    if (incarnation !== description.incarnation) {
      throw new Refusal('incarnation', `agent ${description.name} was restarted`);
    }
    if (kind === 'probe' || kind === 'release') return;
    const current = this.#current;
    if (current === undefined || current.assignment.run !== run) {
      if (kind === 'reserve') return;
      throw new Refusal('other_run', `agent ${description.name} does not belong to this run`);
    }
    if (n !== current.lastN + 1) throw new Refusal('out_of_order', `expected command ${current.lastN + 1}, not ${n}`);
  }

  #execute(command: FleetCommand, body: Uint8Array, run: string, n: number): void {
    const current = this.#current;
    switch (command.kind) {
      case 'reserve':
        this.#reserve(run, n, command.version, command.leaseMs, command.coordinator);
        return;
      case 'release':
        if (current?.assignment.run === run) void this.#leave();
        return;
      case 'plan':
        if (current !== undefined) this.#readPlan(current, command, body);
        return;
      case 'prepare': {
        const { kind: _, job, ...preparation } = command;
        current?.assignment.prepare(job, preparation);
        return;
      }
      case 'run':
        current?.assignment.start(command.job, command.startMs);
        return;
      case 'stop':
        current?.assignment.stop();
        return;
      case 'probe':
    }
  }

  #reserve(run: string, n: number, version: string, leaseMs: number, coordinator: string): void {
    const { description, bus, clock, openLoad, log, lock } = this.#options;
    if (version !== description.version) {
      const message = `agent ${description.name} has version ${description.version}, the coordinator ${version}`;
      throw new Refusal('version', message, 'install the same version everywhere');
    }
    const release = lock.take();
    const assignment = new Assignment({
      run,
      agent: description.name,
      incarnation: description.incarnation,
      leaseMs,
      bus,
      clock,
      openLoad,
      log,
      onAbandoned: () => void this.#leave(),
      keepCounts: (counts) => this.#keepCounts(counts),
    });
    const lastReply: CommandReply = { accepted: true, n, run };
    this.#current = { assignment, release, plan: new ChunkJoiner(), lastN: n, lastReply };
    log(`reserved by ${coordinator} for run ${run.slice(0, 8)}`);
  }

  #readPlan(
    { plan: joiner, assignment }: Current,
    { chunk, chunks, bytes, ranks, of, agents, phaseNames }: Extract<FleetCommand, { kind: 'plan' }>,
    body: Uint8Array,
  ): void {
    const sealed = joiner.add({ chunk, chunks, bytes, data: body });
    if (sealed === undefined) return;
    const { description } = this.#options;
    if (ranks.length !== description.threads) throw new Refusal('damaged', `${ranks.length} ranks for its threads`);
    const plan = this.#options.readPlan(sealed, assignment.run);
    assignment.open(
      plan,
      ranks.map((rank) => ({ rank, of })),
      phaseNames,
      agents,
    );
  }

  /** Keeps the counts of a run on the bus, for `collect`. */
  async #keepCounts(counts: KeptCounts): Promise<void> {
    const { run } = counts;
    const { bus, description, log } = this.#options;
    if (bus.lastStates === undefined) return;
    try {
      await bus.lastStates.put(stateSubject(run, description.name), encodeKeptCounts(counts));
      log(`the bus keeps the counts of run ${run.slice(0, 8)}: loadbot-agent collect ${run}`);
    } catch (error) {
      log(`the bus could not keep the counts of run ${run.slice(0, 8)}: ${messageOf(error)}`);
    }
  }

  async #leave(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    try {
      await current.assignment.close();
    } finally {
      current.release();
      this.#options.log(`left run ${current.assignment.run.slice(0, 8)}`);
    }
  }
}
