import type { Timer } from '../../shared/clock.ts';
import { BusError } from '../bus/bus.ts';
import type { Commander } from './commander.ts';
import type { FleetMember } from './fleet-member.ts';
import type { MemberOptions } from '../member-options.ts';

/** Silence after which an agent is asked whether it is alive. It reports each second. */
const PROBE_AFTER_MS = 2000;
/** Silence after which an agent that is not on the bus is lost: a process whose connection ended reconnects before. */
const GONE_AFTER_MS = 5000;
/** Time between two questions. */
const PROBE_EVERY_MS = 1000;
/** Silence after which an agent is lost. */
const SILENCE_LIMIT_MS = 10_000;
/** Time for agents to reconnect to the bus after this coordinator did: they try it at most every 4 s. */
const RECONNECT_GRACE_MS = 5000;
const CHECK_EVERY_MS = 250;

interface SilenceWatchOptions extends MemberOptions {
  readonly members: () => readonly (readonly [FleetMember, Commander])[];
  /** @param reason completes the sentence `agent NAME ...` */
  readonly onLost: (member: FleetMember, reason: string) => void;
  /** The bus was not connected for `SILENCE_LIMIT_MS`. */
  readonly onBusLost: () => void;
}

/** Detects agents that died or were cut off. Time without a connection to the bus does not count as their silence. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #silenceMs = new Map<FleetMember, number>();
  readonly #probedMs = new Map<FleetMember, number>();
  #checkedMs: number;
  #busAwayMs = 0;
  #graceUntilMs = 0;
  #timer: Timer;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#checkedMs = options.clock.nowMs();
    this.#timer = this.#schedule();
  }

  /** Milliseconds of silence of an agent, at the last check. */
  silenceOf(member: FleetMember): number {
    return this.#silenceMs.get(member) ?? 0;
  }

  /** Records a message of the agent. */
  heard(member: FleetMember): void {
    this.#silenceMs.set(member, 0);
  }

  close(): void {
    this.#timer.cancel();
  }

  #schedule(): Timer {
    return this.#options.clock.after(CHECK_EVERY_MS, () => {
      this.#check();
      this.#timer = this.#schedule();
    });
  }

  #check(): void {
    const { bus, clock, members, onBusLost } = this.#options;
    const nowMs = clock.nowMs();
    // A suspended or blocked coordinator receives nothing: only the time of a normal check counts.
    const passedMs = Math.min(nowMs - this.#checkedMs, 2 * CHECK_EVERY_MS);
    this.#checkedMs = nowMs;
    if (bus.status !== 'connected') {
      this.#busAwayMs += passedMs;
      this.#graceUntilMs = nowMs + RECONNECT_GRACE_MS;
      if (this.#busAwayMs > SILENCE_LIMIT_MS) onBusLost();
      return;
    }
    this.#busAwayMs = 0;
    if (nowMs < this.#graceUntilMs) return;
    for (const [member, commander] of members()) {
      if (member.isLost) continue;
      const silenceMs = this.silenceOf(member) + passedMs;
      this.#silenceMs.set(member, silenceMs);
      if (silenceMs > SILENCE_LIMIT_MS) this.#options.onLost(member, 'did not report for 10 s');
      else if (silenceMs > PROBE_AFTER_MS) this.#probe(member, commander, nowMs);
    }
  }

  #probe(member: FleetMember, commander: Commander, nowMs: number): void {
    if (nowMs - (this.#probedMs.get(member) ?? -Infinity) < PROBE_EVERY_MS) return;
    this.#probedMs.set(member, nowMs);
    // It may have reported meanwhile.
    const loseAfter = (silenceMs: number, reason: string): void => {
      if (this.silenceOf(member) > silenceMs && !member.isLost) this.#options.onLost(member, reason);
    };
    commander.probe().then(
      (state) => {
        if (state === 'restarted') loseAfter(PROBE_AFTER_MS, 'was restarted');
      },
      (error: unknown) => {
        const isGone = error instanceof BusError && error.code === 'no_responders';
        if (isGone) loseAfter(GONE_AFTER_MS, 'is no longer on the bus');
      },
    );
  }
}
