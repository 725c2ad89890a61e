import type { Bus } from '../bus/bus.ts';
import { edgeSubject } from '../subjects.ts';
import { type Edge, encodeEdge, encodeUpReply, type FleetWatermark } from '../wire/messages/level.ts';
import type { FleetMember } from './fleet-member.ts';

/** Most encoded answers that are kept: agents report each second, so their numbers are close to each other. */
const MOST_ENCODED = 32;

/** State of a run that all agents follow: published when it changes, and repeated in every reply. */
export class RunLevel {
  readonly #bus: Bus;
  readonly #subject: string;
  readonly #leaseMs: number;
  #phases: Int32Array | undefined;
  #edge: Edge = { revision: 0, want: 'run', phases: 0 };
  /** Encoded answers of the current state by acknowledged number: those of most agents are equal. */
  readonly #encoded = new Map<number, Uint8Array>();

  constructor(bus: Bus, run: string, leaseMs: number) {
    this.#bus = bus;
    this.#subject = edgeSubject(run);
    this.#leaseMs = leaseMs;
  }

  /** @param phases [0]: mask of the active phases, which others write */
  watch(phases: Int32Array): void {
    this.#phases = phases;
  }

  /**
   * Tells all agents to start no more requests.
   * @param isNow and to abort those in flight
   */
  stop(isNow = false): void {
    const want = isNow ? 'cut' : 'stop';
    if (this.#edge.want === want || this.#edge.want === 'cut') return;
    this.#change({ ...this.#edge, want });
  }

  /** Publishes the phases if they have changed. */
  publishChanges(): void {
    const phases = (this.#phases?.[0] ?? 0) >>> 0;
    if (phases !== this.#edge.phases) this.#change({ ...this.#edge, phases });
  }

  /** Encodes the answer to a message of an agent. */
  replyTo(member: FleetMember, members: readonly FleetMember[]): Uint8Array {
    const { appliedSeq: applied, isLost } = member;
    if (!isLost && member.watermarks.size === 0) return this.#usualReply(applied);
    const want = isLost ? 'stop' : this.#edge.want;
    const watermarks = othersOf(member, members);
    return encodeUpReply({ ...this.#edge, want, applied, watermarks, leaseMs: this.#leaseMs });
  }

  /** Encodes the answer to a reserved agent before the run has all of its agents: renews its lease. */
  replyToReserved(): Uint8Array {
    return this.#usualReply(0);
  }

  #usualReply(applied: number): Uint8Array {
    let encoded = this.#encoded.get(applied);
    if (encoded === undefined) {
      encoded = encodeUpReply({ ...this.#edge, applied, watermarks: [], leaseMs: this.#leaseMs });
      if (this.#encoded.size >= MOST_ENCODED) this.#encoded.clear();
      this.#encoded.set(applied, encoded);
    }
    return encoded;
  }

  #change(edge: Edge): void {
    this.#edge = { ...edge, revision: this.#edge.revision + 1 };
    this.#encoded.clear();
    if (this.#bus.status === 'connected') this.#bus.publish(this.#subject, encodeEdge(this.#edge));
  }
}

/** Lowest watermarks of all other agents, for the jobs of an agent. */
function othersOf(member: FleetMember, members: readonly FleetMember[]): readonly FleetWatermark[] {
  return [...member.watermarks.keys()].map((job) => {
    let completedBelow = Infinity;
    for (const other of members) {
      // An agent that has not begun has completed nothing.
      if (other !== member) completedBelow = Math.min(completedBelow, other.watermarks.get(job) ?? 0);
    }
    return { job, completedBelow };
  });
}
