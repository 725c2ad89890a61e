import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { threadId } from 'node:worker_threads';
import { LoadbotError } from '../errors.ts';
import { withoutBrackets } from './server-name.ts';
import { forbiddenAddress, isForbiddenAddress } from './forbidden-addresses.ts';

/** Time in milliseconds for which resolved addresses are used before they are refreshed in the background. */
export const NAME_TTL_MS = 10_000;

/** Time in milliseconds after which a failed address is probed in the background. */
export const RETRY_DOWN_MS = 10_000;

/** Connect timeout of each address but the last, in milliseconds; the last one gets the remaining time. */
const ATTEMPT_MS = 1000;

const MIN_ATTEMPT_MS = 10; // the minimum that Node accepts

/** Options of `net.connect` and `tls.connect` that select the address of a connection. */
export interface RouteOptions {
  lookup?: LookupFunction;
  autoSelectFamily: boolean;
  autoSelectFamilyAttemptTimeout?: number;
}

/** Properties of a connected socket; Node omits the attempted addresses if there was only one. */
type ConnectedSocket = Partial<Pick<Socket, 'remoteAddress' | 'remotePort' | 'autoSelectFamilyAttemptedAddresses'>>;

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;
type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

interface Name {
  addresses: readonly LookupAddress[];
  resolvedMs: number;
  refreshing: boolean;
}

interface Down {
  sinceMs: number;
  probing: boolean;
}

/** Dependencies that tests replace. */
interface Dependencies {
  readonly resolve: Resolve;
  readonly nowMs: () => number;
  /** Number of the first connection to a name. */
  readonly first: number;
}

/**
 * Distributes the connections of a thread over the addresses of their host names: connection i starts with address i
 * mod n. A failed address is tried last until a probe succeeds. Names are resolved once and refreshed in the
 * background, so only the first connection waits for DNS.
 */
export class AddressBook {
  readonly #resolve: Resolve;
  readonly #nowMs: () => number;
  readonly #first: number;
  readonly #names = new Map<string, Name>();
  /** First lookups in progress. */
  readonly #pending = new Map<string, Promise<readonly LookupAddress[]>>();
  /** Number of connections, by name and port. */
  readonly #turns = new Map<string, number>();
  /** Failed addresses, by address and port. */
  readonly #down = new Map<string, Down>();
  #allowsLinkLocal = false;

  constructor({ resolve, nowMs, first }: Dependencies) {
    this.#resolve = resolve;
    this.#nowMs = nowMs;
    this.#first = first;
  }

  /** Allows connections to link-local addresses and metadata services from now on. */
  allowLinkLocal(): void {
    this.#allowsLinkLocal = true;
  }

  /**
   * Checks that credentials of this machine may be fetched from a metadata service.
   * @param what that fetches them
   * @throws {LoadbotError} `config_invalid`
   */
  requireMetadata(what: string): void {
    if (this.#allowsLinkLocal) return;
    throw new LoadbotError('config_invalid', `${what} may use credentials of this machine from a metadata service`, {
      hint: 'the flag --allow_link_local of the process that sends the load allows it',
    });
  }

  /** Why a URL with an IP address must not be connected to; `undefined`: it may be, unless its name resolves to one. */
  forbiddenHostOf(url: string): { readonly message: string; readonly hint: string } | undefined {
    const host = withoutBrackets(new URL(url).hostname);
    if (!this.#forbids(host)) return undefined;
    const { message, hint = '' } = forbiddenAddress(host);
    return { message, hint };
  }

  /**
   * Returns the options for a connection to `host`. An IP address has no address selection.
   * @param timeoutMs connect timeout; half of it, at most one second, applies to each address but the last
   * @throws {LoadbotError} `config_invalid` for a forbidden address
   */
  route(host: string, port: number, timeoutMs = Infinity): RouteOptions {
    if (isIP(host) !== 0) {
      if (this.#forbids(host)) throw forbiddenAddress(host);
      return { autoSelectFamily: false };
    }
    return {
      lookup: (name, options, callback) => void this.#lookup(name, port, options, callback),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(MIN_ATTEMPT_MS, Math.min(ATTEMPT_MS, Math.floor(timeoutMs / 2))),
    };
  }

  /** Learns from a connecting socket which addresses respond. */
  trackSocket<S extends Socket>(socket: S): S {
    return socket
      .on('connectionAttemptFailed', (address, port) => this.#fail(address, port))
      .on('connectionAttemptTimeout', (address, port) => this.#fail(address, port))
      .once('connect', () => this.#down.delete(keyOf(socket.remoteAddress, socket.remotePort)));
  }

  /** Learns from a connected socket; for libraries that expose the socket only after it has connected. */
  learn({ remoteAddress, remotePort, autoSelectFamilyAttemptedAddresses: attempted = [] }: ConnectedSocket): void {
    if (remoteAddress === undefined || remotePort === undefined) return;
    // Each is an address and a port; IPv6 addresses have no brackets.
    for (const failed of attempted.filter((one) => one !== `${remoteAddress}:${remotePort}`)) {
      this.#fail(failed.slice(0, failed.lastIndexOf(':')), remotePort);
    }
    this.#down.delete(keyOf(remoteAddress, remotePort));
  }

  /** Calls back asynchronously, so that an exception of the callback does not reject this promise. */
  async #lookup(host: string, port: number, options: LookupOptions, callback: LookupCallback): Promise<void> {
    try {
      const ordered = this.#order(host, port, await this.#addresses(host), options.family);
      const [first] = ordered;
      if (first === undefined) throw noAddress(host);
      if (options.all === true) process.nextTick(callback, null, ordered);
      else process.nextTick(callback, null, first.address, first.family);
    } catch (error) {
      process.nextTick(callback, error, '');
    }
  }

  async #addresses(host: string): Promise<readonly LookupAddress[]> {
    const known = this.#names.get(host);
    if (known === undefined) return this.#lookUpFirst(host);
    if (!known.refreshing && this.#nowMs() - known.resolvedMs >= NAME_TTL_MS) {
      known.refreshing = true;
      // If the refresh fails, the next connection resolves the name again and reports the error.
      this.#refresh(host, known).catch(() => this.#names.delete(host));
    }
    return known.addresses;
  }

  /** Shares one lookup among all waiting connections. */
  async #lookUpFirst(host: string): Promise<readonly LookupAddress[]> {
    const pending = this.#pending.get(host);
    if (pending !== undefined) return pending;
    const lookup = this.#refresh(host, undefined).finally(() => this.#pending.delete(host));
    this.#pending.set(host, lookup);
    return lookup;
  }

  async #refresh(host: string, known: Name | undefined): Promise<readonly LookupAddress[]> {
    const resolved = unique(await this.#resolve(host));
    if (resolved.length === 0) throw noAddress(host);
    const found = resolved.filter(({ address }) => !this.#forbids(address));
    if (found.length === 0) throw forbiddenAddress(resolved[0]?.address ?? '', host);
    // Name servers rotate the order of addresses; the known order is kept, because turns are counted by it.
    const addresses = known !== undefined && sameAddresses(known.addresses, found) ? known.addresses : found;
    this.#names.set(host, { addresses, resolvedMs: this.#nowMs(), refreshing: false });
    return addresses;
  }

  #forbids(address: string): boolean {
    return !this.#allowsLinkLocal && isForbiddenAddress(address);
  }

  #order(host: string, port: number, all: readonly LookupAddress[], family: LookupOptions['family']): LookupAddress[] {
    const version = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family;
    const addresses = version === 4 || version === 6 ? all.filter((one) => one.family === version) : all;
    const up = addresses.filter(({ address }) => !this.#isDown(address, port));
    const key = keyOf(host, port);
    const turn = this.#turns.get(key) ?? this.#first;
    this.#turns.set(key, turn + 1);
    const start = up.length === 0 ? 0 : turn % up.length;
    return [...up.slice(start), ...up.slice(0, start), ...addresses.filter((one) => !up.includes(one))];
  }

  #isDown(address: string, port: number): boolean {
    const down = this.#down.get(keyOf(address, port));
    if (down === undefined) return false;
    if (!down.probing && this.#nowMs() - down.sinceMs >= RETRY_DOWN_MS) this.#probe(address, port, down);
    return true;
  }

  /** Probes in the background whether an address responds again. */
  #probe(address: string, port: number, down: Down): void {
    down.probing = true;
    const socket = connect({ host: address, port, autoSelectFamily: false }).unref();
    const fail = (): void => {
      socket.destroy();
      this.#fail(address, port);
    };
    socket
      .setTimeout(ATTEMPT_MS, fail)
      .once('error', fail)
      .once('connect', () => {
        this.#down.delete(keyOf(address, port));
        socket.destroy();
      });
  }

  #fail(address: string, port: number): void {
    this.#down.set(keyOf(address, port), { sinceMs: this.#nowMs(), probing: false });
  }
}

/** Address book of this thread. */
export const addressBook = new AddressBook({
  resolve: async (host) =>
    new Promise((resolve, reject) => {
      resolveName(host, { all: true, verbatim: true }, (error, addresses) =>
        error === null ? resolve(addresses) : reject(error),
      );
    }),
  nowMs: () => performance.now(),
  // Threads start with different addresses.
  first: threadId,
});

function keyOf(host: string | undefined, port: number | undefined): string {
  return `${host} ${port}`;
}

function unique(addresses: readonly LookupAddress[]): readonly LookupAddress[] {
  return addresses.filter(({ address }, n) => addresses.findIndex((other) => other.address === address) === n);
}

function sameAddresses(some: readonly LookupAddress[], others: readonly LookupAddress[]): boolean {
  return some.length === others.length && some.every(({ address }) => others.some((one) => one.address === address));
}

function noAddress(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host });
}
