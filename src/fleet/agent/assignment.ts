import type { JobPreparation, UnitFailure } from '../../engine/load-unit.ts';
import type { Place } from '../../engine/place.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Timer } from '../../shared/clock.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { edgeSubject, timeSubject, upSubject } from '../subjects.ts';
import { groupFrames, type TallyFrame } from '../wire/frame-list.ts';
import { decodeEdge, type Edge, type UpReply } from '../wire/messages/level.ts';
import type { KeptCounts } from '../wire/messages/kept-counts.ts';
import { shorten } from '../wire/messages/fields.ts';
import { type AgentEvent, encodeUp } from '../wire/messages/up.ts';
import { AgentJobs } from './agent-jobs.ts';
import type { AgentLoad, OpenAgentLoad } from './agent-load.ts';
import { CutTicker } from './cut-ticker.ts';
import { AgentHealthMonitor } from './health.ts';
import { sendDelayMs } from './send-delay.ts';
import { RemoteClock } from './remote-clock.ts';
import { Uplink } from './uplink.ts';
import type { RunMemberOptions } from '../member-options.ts';

/** Time after the end of the lease in which the last counts may still be delivered. */
const KEEP_MS = 60_000;
/** Share of the bus's largest message that frames may take; the rest is for events and health. */
const FRAMES_SHARE = 0.5;

interface AssignmentOptions extends RunMemberOptions {
  readonly agent: string;
  readonly incarnation: string;
  readonly leaseMs: number;
  readonly openLoad: OpenAgentLoad;
  readonly log: (message: string) => void;
  /** The assignment has ended without a command of the coordinator. */
  readonly onAbandoned: () => void;
  /** Keeps all counts of a run whose coordinator is gone. */
  readonly keepCounts: (counts: KeptCounts) => Promise<void>;
}

/** Work of an agent for one run of a fleet: from its reservation to its release. */
export class Assignment {
  readonly run: string;
  readonly #options: AssignmentOptions;
  readonly #remote: RemoteClock;
  readonly #uplink: Uplink;
  readonly #ticker: CutTicker;
  readonly #stopEdges: () => void;
  readonly #health: AgentHealthMonitor;
  #load: AgentLoad | undefined;
  #jobs: AgentJobs | undefined;
  #ofAgents = 1;
  #revision = -1;
  #isStopped = false;
  /** Stopped without drain. */
  #isCut = false;
  #isClosed = false;
  #hasLeft = false;
  #isAligned = false;
  #isCutMissed = false;
  #keeping: Timer | undefined;
  /** Events and last counts of jobs that wait for the next message. */
  #events: AgentEvent[] = [];
  #frames: TallyFrame[] = [];

  constructor(options: AssignmentOptions) {
    const { run, agent, bus, clock, leaseMs } = options;
    this.run = run;
    this.#options = options;
    this.#remote = new RemoteClock(bus, timeSubject(run), clock);
    this.#health = new AgentHealthMonitor(this.#remote);
    this.#uplink = new Uplink({
      bus,
      subject: upSubject(run, agent),
      clock,
      leaseMs,
      onReply: (reply) => this.#follow(reply),
      onIdle: () => this.#sendMissed(),
      onLeaseEnded: () => this.#leave(),
    });
    this.#ticker = new CutTicker(clock, this.#remote, (cutMs) => this.#cut(cutMs));
    this.#stopEdges = bus.subscribe(edgeSubject(run), ({ data }) => this.#followEdge(data));
  }

  /** Opens the plan; the result follows as an event. */
  open(plan: Plan, places: readonly Place[], phaseNames: readonly string[], ofAgents: number): void {
    this.#ofAgents = ofAgents;
    const onFailure = ({ job, errorClass, message }: UnitFailure): void =>
      this.#emit({ kind: 'failure', job, errorClass, message });
    const opening = async (): Promise<void> => {
      await this.#remote.start(ofAgents);
      if (!this.#isClosed) this.#ticker.alignTo(0);
      const load = await this.#options.openLoad({ plan, places, phaseNames, onFailure });
      if (this.#isClosed) return load.close();
      this.#load = load;
      this.#jobs = new AgentJobs(load, this.#options.clock);
      this.#health.watch(load);
      if (this.#isStopped) this.#jobs.stop(this.#isCut ? 0 : undefined);
      this.#emit({ kind: 'opened' });
    };
    opening().catch((error: unknown) => this.#emit({ kind: 'failed', job: null, error: portable(error) }));
  }

  /** Opens the sessions of a job; the result follows as an event. */
  prepare(job: number, preparation: JobPreparation): void {
    const jobs = this.#opened();
    jobs.prepare(job, preparation).then(
      () => this.#emit({ kind: 'prepared', job }),
      (error: unknown) => this.#failed(jobs, job, error),
    );
  }

  /**
   * Starts a prepared job; its end follows as an event.
   * @param startMs on the coordinator's clock
   */
  start(job: number, startMs: number): void {
    const jobs = this.#opened();
    if (!this.#isAligned) this.#ticker.alignTo(startMs);
    this.#isAligned = true;
    this.#ticker.keepQuiet(startMs);
    const startedLateMs = Math.max(0, this.#remote.nowMs() - startMs);
    this.#health.startedLate(startedLateMs);
    jobs.run(job, this.#remote.toLocalMs(startMs)).then(
      ({ end, frames, totals }) => {
        this.#frames.push(...frames);
        this.#health.conclude();
        const endedMs = this.#remote.toRemoteMs(end.endedMs);
        this.#emit({ kind: 'ended', job, end: { ...end, endedMs }, startedLateMs, totals });
      },
      (error: unknown) => this.#failed(jobs, job, error),
    );
  }

  /** Starts no more requests. @param drainMs replaces the drain time of the jobs */
  stop(drainMs?: number): void {
    this.#isStopped = true;
    this.#isCut = drainMs === 0;
    this.#jobs?.stop(drainMs);
  }

  /** Ends everything; messages that were not acknowledged are dropped. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keeping?.cancel();
    this.#stopEdges();
    this.#ticker.close();
    this.#uplink.close();
    this.#remote.close();
    await this.#load?.close();
  }

  #opened(): AgentJobs {
    if (this.#jobs === undefined) throw new LoadbotError('internal', 'the plan of the run is not open');
    if (this.#hasLeft) throw new LoadbotError('internal', 'it left the run, since the coordinator did not answer');
    return this.#jobs;
  }

  #failed(jobs: AgentJobs, job: number, error: unknown): void {
    this.#frames.push(...jobs.endFailed(job, this.#options.clock.nowMs()));
    this.#emit({ kind: 'failed', job, error: portable(error) });
  }

  #emit(event: AgentEvent): void {
    this.#events.push(event);
    if (this.#uplink.isIdle) this.#send(this.#remote.nowMs(), 0);
    else {
      this.#isCutMissed = true;
      this.#uplink.hurry();
    }
  }

  #cut(cutMs: number): void {
    this.#health.update();
    // Counts that cannot be sent now are part of the next message.
    if (!this.#uplink.isIdle) this.#isCutMissed = true;
    else this.#send(cutMs, sendDelayMs(this.#options.agent, this.#ofAgents));
  }

  #sendMissed(): void {
    if (this.#isCutMissed) this.#send(this.#remote.nowMs(), 0);
  }

  #send(cutMs: number, delayMs: number): void {
    this.#isCutMissed = false;
    const { run, agent, incarnation, bus } = this.#options;
    const groups = groupFrames([...this.#frames, ...(this.#jobs?.cut() ?? [])], bus.maxPayload * FRAMES_SHARE);
    const events = this.#events;
    this.#frames = [];
    this.#events = [];
    const watermarks = this.#jobs?.watermarks() ?? [];
    const health = this.#health.read();
    for (const [index, frames] of groups.entries()) {
      const isLast = index === groups.length - 1;
      const header = { run, agent, incarnation, cutMs, isComplete: isLast, events: isLast ? events : [], watermarks };
      this.#uplink.send((seq) => encodeUp({ ...header, seq, health, frames }), delayMs);
    }
  }

  #followEdge(data: Uint8Array): void {
    let edge: Edge;
    try {
      edge = decodeEdge(data);
    } catch {
      // The same state comes with the next reply.
      return;
    }
    this.#followLevel(edge);
  }

  #follow(reply: UpReply): void {
    this.#followLevel(reply);
    this.#jobs?.setOthers(reply.watermarks);
  }

  #followLevel({ revision, want, phases }: Edge): void {
    if (revision < this.#revision) return;
    this.#revision = revision;
    if (this.#load !== undefined) this.#load.phases[0] = phases;
    if (want === 'cut' && !this.#isCut) this.stop(0);
    else if (want === 'stop' && !this.#isStopped) this.stop();
  }

  /** Ends a load that no coordinator would stop; its last counts are kept for a while. */
  #leave(): void {
    const { log, clock, onAbandoned, keepCounts, run, agent } = this.#options;
    log(`no answer of the coordinator of run ${run.slice(0, 8)}: stopping its load`);
    this.#hasLeft = true;
    this.stop();
    // In case the coordinator returns: it must not take the rest of this run for complete.
    this.#emit({ kind: 'left' });
    if (this.#jobs === undefined) {
      onAbandoned();
      return;
    }
    this.#keeping = clock.after(KEEP_MS, onAbandoned);
    void this.#jobs.allCounts().then(({ frames, spans }) => {
      const remote = (ms: number): number => this.#remote.toRemoteMs(ms);
      const moved = spans.map((span) => ({ ...span, startMs: remote(span.startMs), endedMs: remote(span.endedMs) }));
      return keepCounts({ run, agent, frames, spans: moved });
    });
  }
}

function portable(error: unknown): { readonly code: string; readonly message: string; readonly hint: string | null } {
  if (!(error instanceof LoadbotError)) return { code: 'internal', message: shorten(messageOf(error)), hint: null };
  return {
    code: error.code,
    message: shorten(error.message),
    hint: error.hint === undefined ? null : shorten(error.hint),
  };
}
