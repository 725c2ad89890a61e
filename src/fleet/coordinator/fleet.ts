import type { GeneratorRun, LoadGenerator } from '../../agent/load-generator.ts';
import type { LoadUnit } from '../../engine/load-unit.ts';
import type { Family } from '../../metrics/family.ts';
import type { Plan } from '../../plan/plan.ts';
import type { AgentResult } from '../../reports/report.ts';
import { type Clock, epochOriginMs, type Timer } from '../../shared/clock.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { lowestFloor, type LatencyFloor } from '../../shared/floor.ts';
import type { BusMessage } from '../bus/bus.ts';
import { allUpsSubject, stateSubject } from '../subjects.ts';
import { splitChunks } from '../wire/chunks.ts';
import { encodeKeptRun } from '../wire/messages/kept-run.ts';
import type { Up } from '../wire/messages/up.ts';
import type { Commander } from './commander.ts';
import { agentResultOf, FleetMember } from './fleet-member.ts';
import { answerTime } from './answer-time.ts';
import { CutMerger } from './cut-merger.ts';
import { fleetFamilies } from './fleet-families.ts';
import { FleetUnit } from './fleet-unit.ts';
import { FleetValidity } from './fleet-validity.ts';
import { type Recruit, releaseAll } from './recruit.ts';
import { ReplyBatch } from './reply-batch.ts';
import { keptRunOf } from './kept-run.ts';
import { RunLevel } from './run-level.ts';
import { assignRanks } from './selection.ts';
import { SilenceWatch } from './silence-watch.ts';
import { UpReader } from './up-reader.ts';
import type { RunMemberOptions } from '../member-options.ts';

const TICK_MS = 50;
/** Time in which an agent notices that its lease has ended. */
const STOP_MS = 1000;
const LEFT = 'stopped its load after 10 s without an answer';
/** Share of the bus's largest message that a chunk of a plan takes. */
const CHUNK_SHARE = 0.5;

interface FleetOptions extends RunMemberOptions {
  readonly onLost: 'stop' | 'continue';
  readonly leaseMs: number;
  /** Encodes and seals a plan for one agent. */
  readonly seal: (plan: Plan, recruit: Recruit) => Uint8Array;
  readonly warn: (message: string) => void;
}

/** The agents of one run, as the generator of its load. */
export class Fleet implements LoadGenerator {
  readonly validity: FleetValidity;
  readonly recordClock: Clock;
  readonly steeringRefusal =
    'the load of a fleet cannot be changed while it runs; it can be stopped, and started with another pace';
  readonly #options: FleetOptions;
  readonly #level: RunLevel;
  readonly #silence: SilenceWatch;
  readonly #reader: UpReader;
  readonly #replies: ReplyBatch;
  readonly #stops: readonly (() => void)[];
  #recruits: readonly Recruit[] = [];
  #members: readonly FleetMember[] = [];
  #pairs: readonly (readonly [FleetMember, Commander])[] = [];
  #byName: ReadonlyMap<string, FleetMember> = new Map();
  #merger: CutMerger | undefined;
  #run: GeneratorRun | undefined;
  #ticker: Timer;
  #isClosed = false;

  /** Listens for agents, which may then be recruited and `join`. */
  constructor(options: FleetOptions) {
    const { bus, clock, run, leaseMs } = options;
    this.#options = options;
    this.#level = new RunLevel(bus, run, leaseMs);
    this.#reader = new UpReader(options.warn);
    this.#replies = new ReplyBatch(clock, (member) => this.#level.replyTo(member, this.#members));
    this.#silence = new SilenceWatch({
      bus,
      clock,
      members: () => this.#pairs,
      onLost: (member, reason) => this.#lose(member, reason),
      onBusLost: () => this.#failAll(new LoadbotError('internal', 'the bus could not be reached for 10 s')),
    });
    this.validity = new FleetValidity(
      () => this.#members,
      (member) => this.#silence.silenceOf(member),
    );
    this.recordClock = {
      nowMs: () => this.#merger?.readMs ?? clock.nowMs(),
      epochMs: () => clock.epochMs(),
      after: (delayMs, fire) => clock.after(delayMs, fire),
    };
    this.#stops = [bus.subscribe(allUpsSubject(run), (message) => this.#receive(message)), answerTime(bus, run, clock)];
    this.#ticker = this.#tick();
  }

  /** All agents of the run, also lost ones. */
  get members(): readonly FleetMember[] {
    return this.#members;
  }

  /** Load threads of all agents. */
  get threads(): number {
    return this.#members.reduce((sum, { ranks }) => sum + ranks.length, 0);
  }

  /** Adds the reserved agents. */
  join(recruits: readonly Recruit[]): void {
    const ranks = assignRanks(recruits.map(({ hello }) => hello.threads));
    const nowMs = this.#options.clock.nowMs();
    this.#recruits = recruits;
    this.#members = recruits.map(({ hello }, index) => new FleetMember(hello, ranks[index] ?? [], nowMs));
    this.#pairs = this.#members.map((member, index) => [member, recruits[index]!.commander]); // one for each
    this.#byName = new Map(this.#members.map((member) => [member.name, member]));
  }

  /** Sends the plan to all agents, and waits until their load threads are started. @throws {LoadbotError} */
  async open(run: GeneratorRun): Promise<readonly LoadUnit[]> {
    const { clock } = this.#options;
    this.#run = run;
    this.#level.watch(new Int32Array(run.phases));
    const merger = new CutMerger(clock, run.record, () => this.#members);
    this.#merger = merger;
    await Promise.all(this.#recruits.map((recruit, index) => this.#sendPlan(run, recruit, this.#members[index]!))); // one for each
    await this.#keepState(run);
    return [
      new FleetUnit({
        members: this.#pairs,
        merger,
        plan: run.plan,
        onStop: (isNow) => this.#level.stop(isNow),
        onClose: () => this.close(),
      }),
    ];
  }

  floor(): LatencyFloor | undefined {
    return lowestFloor(this.#members.map(({ health }) => health?.floor ?? undefined));
  }

  agents(): readonly AgentResult[] {
    const originMs = epochOriginMs(this.#options.clock);
    return this.#members.map((member) => agentResultOf(member, originMs));
  }

  families(): readonly Family[] {
    const silenceOf = (member: FleetMember): number => this.#silence.silenceOf(member);
    return fleetFamilies(this.#options.run, this.validity.currentValidity, this.#members, silenceOf);
  }

  kill(): void {
    this.#level.stop();
    void this.close();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ticker.cancel();
    this.#silence.close();
    this.#replies.flush();
    await releaseAll(this.#recruits, 'the run has ended', this.#options.clock);
    for (const stop of this.#stops) stop();
  }

  async #sendPlan(run: GeneratorRun, recruit: Recruit, member: FleetMember): Promise<void> {
    const { bus, seal } = this.#options;
    const { commander, hello } = recruit;
    const sealed = seal(run.plan, recruit);
    const most = Math.floor(Math.min(bus.maxPayload, hello.maxPayload) * CHUNK_SHARE);
    const { ranks } = member;
    const common = { ranks, of: this.threads, agents: this.#members.length, phaseNames: run.phaseNames };
    const sending = splitChunks(sealed, most).map(({ data, ...place }) =>
      commander.send({ kind: 'plan', ...place, ...common }, data),
    );
    const opened = member.waitFor('opened');
    await Promise.race([Promise.all(sending), opened]);
    await opened;
  }

  /** Keeps a description of the run on the bus, if it can, for the case that this coordinator dies. */
  async #keepState({ plan, record }: GeneratorRun): Promise<void> {
    const { bus, clock, run, warn } = this.#options;
    try {
      const state = keptRunOf(plan, record, this.#members, clock.nowMs());
      await bus.lastStates?.put(stateSubject(run), encodeKeptRun(state));
    } catch (error) {
      warn(`the bus does not keep this run for "collect": ${messageOf(error)}`);
    }
  }

  #receive(message: BusMessage): void {
    const up = this.#reader.read(message);
    if (up === undefined) return;
    if (this.#members.length === 0) return message.respond?.(this.#level.replyToReserved());
    const member = this.#byName.get(up.agent);
    if (member === undefined || member.hello.incarnation !== up.incarnation) return;
    this.#silence.heard(member);
    member.heardMs = this.#options.clock.nowMs();
    // The counts of an agent that returns after it was lost are still true; the answer tells it to stop.
    if (up.seq === member.appliedSeq + 1) this.#apply(member, up);
    if (message.respond !== undefined) this.#replies.add(member, message.respond, this.#members.length);
  }

  #apply(member: FleetMember, up: Up): void {
    member.appliedSeq = up.seq;
    this.#merger?.add(up.frames, up.cutMs);
    // Before its first estimate of this clock, that of an agent may be ahead by any time.
    if (up.isComplete) member.reported(Math.min(up.cutMs, this.#options.clock.nowMs()));
    member.health = up.health;
    for (const { job, completedBelow } of up.watermarks) member.watermarks.set(job, completedBelow);
    for (const event of up.events) {
      if (event.kind === 'failure') {
        const { job, errorClass, message } = event;
        this.#run?.onFailure({ job, errorClass, message: `${message} (agent ${member.name})` });
      } else if (event.kind === 'left') this.#lose(member, LEFT);
      else member.follow(event);
    }
  }

  #lose(member: FleetMember, reason: string): void {
    const { clock, onLost, warn, leaseMs } = this.#options;
    if (member.isLost) return;
    const atMs = clock.nowMs();
    member.lose({ atMs, reason, sendsUntilMs: reason === LEFT ? atMs : member.heardMs + leaseMs + STOP_MS });
    this.#recruits[this.#members.indexOf(member)]?.commander.close();
    const what = `agent ${member.name} ${reason}`;
    if (onLost === 'stop' || this.#members.every(({ isLost }) => isLost)) this.#run?.abort(what);
    else warn(`${what}; the others go on`);
  }

  #failAll(error: LoadbotError): void {
    for (const member of this.#members) member.fail(error);
  }

  #tick(): Timer {
    return this.#options.clock.after(TICK_MS, () => {
      this.#level.publishChanges();
      try {
        this.#merger?.advance();
      } catch (error) {
        this.#failAll(new LoadbotError('internal', 'an agent sent damaged counts', { cause: error }));
      }
      if (!this.#isClosed) this.#ticker = this.#tick();
    });
  }
}
