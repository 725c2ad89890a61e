import type { Driver, Exchange, Session } from '../../../src/drivers/driver.ts';
import { LocalUnit } from '../../../src/engine/local-unit.ts';
import { createRunRecord } from '../../../src/compose/watch-run.ts';
import type { AgentLoad, AgentLoadRequest } from '../../../src/fleet/agent/agent-load.ts';
import { FleetAgent } from '../../../src/fleet/agent/fleet-agent.ts';
import type { Bus } from '../../../src/fleet/bus/bus.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Clock, Timer } from '../../../src/shared/clock.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { OK, type Outcome } from '../../../src/shared/outcome.ts';
import { noopValidity } from '../../../src/validity/finding.ts';

/** Milliseconds of a request, by its ticket. */
export type TookMs = (sequence: number) => number;

export interface SimulatedAgentOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly threads: number;
  readonly tookMs: TookMs;
  readonly plan: Plan;
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Unique for each process with this name. */
  readonly incarnation?: string;
  /** When it comes to the bus. Default: at once. */
  readonly joinsAfterMs?: number;
}

/** An agent of a fleet with load threads that run inline, against a target that only counts. */
export class SimulatedAgent {
  /** Requests that the target has seen, by ticket. */
  readonly sent: number[] = [];
  readonly #options: SimulatedAgentOptions;
  #fleetAgent: FleetAgent | undefined;
  #isBusy = false;
  #units: readonly LocalUnit[] = [];

  constructor(options: SimulatedAgentOptions) {
    const { clock, joinsAfterMs = 0 } = options;
    this.#options = options;
    if (joinsAfterMs === 0) this.#join();
    else clock.after(joinsAfterMs, () => this.#join());
  }

  #join(): void {
    const {
      name,
      bus,
      clock,
      threads,
      plan,
      version = '0.1.0',
      labels = {},
      incarnation = `${name}-1`,
    } = this.#options;
    const take = (): (() => void) => {
      if (this.#isBusy) throw new LoadbotError('agent_busy', 'a run is in progress');
      this.#isBusy = true;
      return () => void (this.#isBusy = false);
    };
    const isFree = (): boolean => !this.#isBusy;
    this.#fleetAgent = new FleetAgent({
      bus,
      pool: 'default',
      clock,
      description: {
        name,
        incarnation,
        version,
        protocol: 1,
        host: name,
        cores: threads,
        threads,
        drivers: ['http'],
        labels,
        sealKey: 'AAAA',
      },
      lock: {
        get isFree() {
          return isFree();
        },
        take,
      },
      verify: () => {},
      readPlan: () => plan,
      openLoad: (request) => Promise.resolve(this.#openLoad(request)),
      log: () => {},
    });
  }

  /** Run that it is reserved for; `undefined`: none. */
  get run(): string | undefined {
    return this.#fleetAgent?.run;
  }

  /** Ends its load at once, as the end of its process does. */
  crash(): void {
    for (const unit of this.#units) void unit.close();
  }

  #openLoad({ plan, places, phaseNames, onFailure }: AgentLoadRequest): AgentLoad {
    const { clock } = this.#options;
    const phases = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#units = places.map(
      (place) => new LocalUnit({ plan, place, driver: () => this.#driver(), clock, phases, onFailure }),
    );
    return {
      units: this.#units,
      record: createRunRecord(plan, phaseNames, clock),
      validity: { currentValidity: noopValidity, update: () => [], conclude: () => [] },
      phases,
      floor: () => undefined,
      close: async () => void (await Promise.all(this.#units.map((unit) => unit.close()))),
    };
  }

  #driver(): Driver {
    return {
      connect: () => Promise.resolve(new CountingSession(this.sent, this.#options.clock, this.#options.tookMs)),
      check: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
}

class CountingSession implements Session {
  readonly #sent: number[];
  readonly #clock: Clock;
  readonly #tookMs: TookMs;
  #current: { readonly exchange: Exchange; readonly timer: Timer } | undefined;

  constructor(sent: number[], clock: Clock, tookMs: TookMs) {
    this.#sent = sent;
    this.#clock = clock;
    this.#tookMs = tookMs;
  }

  execute(exchange: Exchange): void {
    this.#sent.push(exchange.sequence);
    const timer = this.#clock.after(this.#tookMs(exchange.sequence), () => this.#finish(OK));
    this.#current = { exchange, timer };
  }

  cancel(outcome: Outcome): void {
    this.#finish(outcome);
  }

  reconnect(): void {}

  forget(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }

  #finish(outcome: Outcome): void {
    const current = this.#current;
    if (current === undefined) return;
    current.timer.cancel();
    this.#current = undefined;
    // A job without additional metrics ignores it.
    current.exchange.record(0, this.#tookMs(current.exchange.sequence) / 4);
    current.exchange.done(outcome);
  }
}
