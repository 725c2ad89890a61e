import type { Bus } from '../../../src/fleet/bus/bus.ts';

/** A server of one bus, or a network in memory. */
export interface BusServer {
  /** Connects a member. */
  join(name: string): Promise<Bus>;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  /** Starts it again at the same address, after `kill`. */
  restart(): Promise<void>;
  /** Ends it; it may have been killed. */
  stop(): Promise<void>;
}

/** An implementation of the contract. */
export interface BusSubject {
  readonly name: string;
  /** Starts a server that keeps last states. */
  start(): Promise<BusServer>;
}
