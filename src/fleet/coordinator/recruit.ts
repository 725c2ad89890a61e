import { hostname } from 'node:os';
import type { Clock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { formatCountOf, formatMs } from '../../shared/units.ts';
import { whoSubject } from '../subjects.ts';
import { decodeHello, encodeWho, type ForeignHello, type Hello } from '../wire/messages/hello.ts';
import { WireError } from '../wire/wire-error.ts';
import { Commander, RefusedError, type Sign } from './commander.ts';
import { type AgentDemand, type AgentSelection, selectAgents } from './selection.ts';
import type { RunMemberOptions } from '../member-options.ts';

/** Time for answers to the first question, and to each later one. */
const FIRST_ANSWERS_MS = 300;
const ANSWERS_MS = 1000;
/**
 * Unanswered questions in a row after which an agent is gone. Questions and answers may be lost, and of 1,000 agents some
 * lose several in a row.
 */
const MOST_MISSED = 5;
/** Time to reserve an agent; one that died since its last answer must not use up the whole time. */
const RESERVE_MS = 10_000;

interface RecruitOptions extends RunMemberOptions {
  readonly version: string;
  readonly pool: string;
  readonly demands: readonly AgentDemand[];
  readonly withinMs: number;
  readonly leaseMs: number;
  /** Name of the driver of the target. */
  readonly driver: string;
  readonly sign: Sign;
  /** Whether the run was stopped meanwhile. */
  readonly isCanceled: () => boolean;
  readonly warn: (message: string) => void;
}

/** A reserved agent. */
export interface Recruit {
  readonly hello: Hello;
  readonly commander: Commander;
}

/**
 * Finds and reserves agents, and asks again until there are enough.
 * @throws {LoadbotError} `too_few_agents` after `withinMs`, `config_invalid` when agents are there but cannot be used;
 *   all reserved agents are released
 */
export async function recruitAgents(options: RecruitOptions): Promise<readonly Recruit[]> {
  const { clock, withinMs, isCanceled } = options;
  const endMs = clock.nowMs() + withinMs;
  const roll = new Roll(options);
  const reserved = new Map<string, Recruit>();
  try {
    for (let waitMs = FIRST_ANSWERS_MS; ; waitMs = ANSWERS_MS) {
      if (isCanceled()) throw new LoadbotError('internal', 'the run was stopped before it had its agents');
      await roll.call(Math.max(1, Math.min(waitMs, endMs - clock.nowMs())));
      const selection = roll.select(reserved);
      if (selection.missing.length === 0 && (await reserveAll(options, selection.chosen, reserved, endMs))) {
        return [...reserved.values()].toSorted((a, b) => (a.hello.name < b.hello.name ? -1 : 1));
      }
      if (clock.nowMs() >= endMs) throw roll.tooFew(roll.select(reserved));
    }
  } catch (error) {
    await releaseAll([...reserved.values()], 'there are too few agents', clock);
    throw error;
  }
}

/** Ends reservations, within a second; agents that do not receive the command leave at the end of their lease. */
export async function releaseAll(recruits: readonly Recruit[], reason: string, clock: Clock): Promise<void> {
  const released = recruits.map(({ commander }) => commander.release(reason).catch(() => {}));
  await Promise.race([Promise.all(released), after(clock, RELEASE_MS)]);
  for (const { commander } of recruits) commander.close();
}

const RELEASE_MS = 1000;

function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve));
}

/** Reserves agents that are not yet reserved. Returns whether all accepted in time. */
async function reserveAll(
  options: RecruitOptions,
  chosen: readonly Hello[],
  reserved: Map<string, Recruit>,
  endMs: number,
): Promise<boolean> {
  const { bus, clock, run, version, leaseMs, sign } = options;
  const reserve = async (hello: Hello): Promise<boolean> => {
    if (reserved.has(hello.name)) return true;
    const commander = new Commander(bus, clock, run, hello, sign);
    const accepted = commander.send({ kind: 'reserve', coordinator: hostname(), version, leaseMs }).then(
      () => true,
      (error: unknown) => {
        // Another coordinator was faster, or the agent was restarted: the next question shows it.
        if (error instanceof RefusedError && ['busy', 'incarnation'].includes(error.refusal)) return false;
        throw error;
      },
    );
    const isAccepted = await Promise.race([
      accepted,
      after(clock, Math.max(0, Math.min(RESERVE_MS, endMs - clock.nowMs()))).then(() => false),
    ]);
    if (isAccepted) reserved.set(hello.name, { hello, commander });
    else commander.close();
    return isAccepted;
  };
  const all = await Promise.all(chosen.map(reserve));
  return all.every(Boolean);
}

/** All agents that have answered so far. */
class Roll {
  readonly #options: RecruitOptions;
  readonly #hellos = new Map<string, Hello>();
  readonly #foreign = new Map<string, ForeignHello>();
  readonly #doubles = new Set<string>();
  /** Questions in a row that an agent did not answer. */
  readonly #missed = new Map<string, number>();

  constructor(options: RecruitOptions) {
    this.#options = options;
  }

  /** Asks all agents, and waits for their answers. */
  async call(withinMs: number): Promise<void> {
    const { bus, pool, version } = this.#options;
    const answered = new Set<string>();
    await bus.requestMany(whoSubject(pool), encodeWho({ coordinator: hostname(), version }), withinMs, (data) => {
      this.#add(data, answered);
    });
    for (const name of this.#hellos.keys()) {
      const missed = answered.has(name) ? 0 : (this.#missed.get(name) ?? 0) + 1;
      this.#missed.set(name, missed);
      if (missed > MOST_MISSED) this.#hellos.delete(name);
    }
  }

  select(reserved: ReadonlyMap<string, Recruit>): AgentSelection {
    const usable = [...this.#hellos.values()].filter((hello) => this.#faultOf(hello) === undefined);
    const known = usable.map((hello) =>
      reserved.has(hello.name) ? Object.assign({}, hello, { state: 'idle' as const }) : hello,
    );
    return selectAgents(known, this.#options.demands);
  }

  tooFew({ missing }: AgentSelection): LoadbotError {
    const faults = [...this.#hellos.values()].flatMap((hello) => this.#faultOf(hello) ?? []);
    const others = [...this.#foreign.values()].map(({ name, version }) => `agent ${name} has version ${version}`);
    const busy = [...this.#hellos.values()].filter(({ state }) => state === 'busy').map(({ name }) => name);
    const problems = [...faults, ...others].map((message) => ({ message }));
    const lacks = missing.map(({ demand: { count, label }, found }) => {
      const which = label === undefined ? '' : ` with ${label.name}=${label.value}`;
      return `${found} of ${formatCountOf(count, 'agent')}${which}`;
    });
    const message = `found ${lacks.join(' and ') || 'agents that could not be reserved'} within ${formatMs(this.#options.withinMs)}`;
    const waiting = busy.length > 0 ? `busy: ${busy.slice(0, 10).join(', ')}; ` : '';
    const hint = `${waiting}start more with "loadbot-agent start-agent --bus URL", or wait longer with --agents_within`;
    return new LoadbotError(problems.length > 0 ? 'config_invalid' : 'too_few_agents', message, { hint, problems });
  }

  #add(data: Uint8Array, answered: Set<string>): void {
    let decoded: ReturnType<typeof decodeHello>;
    try {
      decoded = decodeHello(data);
    } catch (error) {
      if (error instanceof WireError) return;
      throw error;
    }
    if ('foreign' in decoded) {
      this.#foreign.set(decoded.foreign.name, decoded.foreign);
      return;
    }
    const { hello } = decoded;
    const before = this.#hellos.get(hello.name);
    if (answered.has(hello.name) && before?.incarnation !== hello.incarnation) {
      if (!this.#doubles.has(hello.name)) {
        this.#options.warn(`two agents have the name ${hello.name}: only one of them is used; give them --name`);
      }
      this.#doubles.add(hello.name);
      return;
    }
    answered.add(hello.name);
    this.#hellos.set(hello.name, hello);
  }

  /** Why an agent cannot be used; `undefined`: it can. */
  #faultOf({ name, version, drivers }: Hello): string | undefined {
    if (version !== this.#options.version) {
      return `agent ${name} has version ${version}, this coordinator ${this.#options.version}`;
    }
    const { driver } = this.#options;
    return drivers.includes(driver) ? undefined : `agent ${name} lacks the client library for ${driver}`;
  }
}
