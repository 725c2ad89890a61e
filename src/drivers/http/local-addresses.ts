import { once } from 'node:events';
import { createServer, isIP } from 'node:net';
import { LoadbotError } from '../../shared/errors.ts';
import type { Address } from '../../shared/network/routed-socket.ts';

/** Addresses of this machine that sockets are bound to, in turn. */
export class LocalAddresses {
  readonly #addresses: readonly string[];
  /** Family of all of them; 0: both. */
  readonly #family: 0 | 4 | 6;
  #next = 0;

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
    const families = new Set(addresses.map((address) => isIP(address)));
    this.#family = families.size > 1 ? 0 : families.has(6) ? 6 : 4;
  }

  /** The destination of a socket, with the next address; a unix socket has none. */
  bind(destination: Address): Address {
    if ('path' in destination) return destination;
    const localAddress = this.#addresses[this.#next]!; // within the list
    this.#next = (this.#next + 1) % this.#addresses.length;
    return { ...destination, localAddress, family: this.#family };
  }
}

/**
 * Checks that sockets can be bound to addresses.
 * @throws {LoadbotError} `config_invalid` for an address that this machine does not have
 */
export async function checkLocalAddresses(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const server = createServer();
    try {
      server.listen(0, address);
      await once(server, 'listening');
    } catch (cause) {
      throw new LoadbotError(
        'config_invalid',
        `${address} of \`http.local_addresses\` is not an address of this machine`,
        {
          field: ['http', 'local_addresses'],
          hint: 'list its addresses with `ip address`',
          cause,
        },
      );
    } finally {
      server.close();
    }
  }
}
