import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type PreparedRequest, prepareRequests } from './attempt.ts';
import type { PushMessage, PushProtocol } from './protocol.ts';

/** Maximum size of joined bodies for a slow receiver, before compression. */
const JOINED_BYTES = 4 * 1024 * 1024;

const decompress = promisify(gunzip);

/** Splits and joins requests to fit the size that a receiver accepts. */
export class RequestSizes {
  readonly #protocol: PushProtocol;
  readonly #gzip: boolean;
  readonly #onTooLarge: (bytes: number) => void;
  /** Maximum size of a body before compression; lowered when the receiver rejects one as too large. */
  #limitBytes = Infinity;

  /** @param onTooLarge called once, with the size on the wire of the first body that is split */
  constructor(protocol: PushProtocol, gzip: boolean, onTooLarge: (bytes: number) => void) {
    this.#protocol = protocol;
    this.#gzip = gzip;
    this.#onTooLarge = onTooLarge;
  }

  /** Prepares messages, split to the accepted size where possible. */
  pack(messages: readonly PushMessage[]): Promise<readonly PreparedRequest[]> {
    return prepareRequests(
      messages.flatMap((message) => this.#fit(message)),
      this.#protocol,
      this.#gzip,
    );
  }

  /** Splits a parcel that was too large and lowers the limit for later ones; empty when it cannot be split. */
  async split(parcel: PreparedRequest): Promise<readonly PreparedRequest[]> {
    const parts = this.#protocol.parts?.split(await unpack(parcel)) ?? [];
    if (parts.length === 0) return [];
    if (this.#limitBytes === Infinity) this.#onTooLarge(parcel.body.length);
    this.#limitBytes = Math.min(this.#limitBytes, Math.max(...parts.map(({ body }) => Buffer.byteLength(body))));
    return this.pack(parts);
  }

  /** Joins successive parcels to the same URL where the result is small enough. */
  async join(parcels: readonly PreparedRequest[]): Promise<readonly PreparedRequest[]> {
    const join = this.#protocol.parts?.join;
    if (join === undefined) return parcels;
    const joined: PreparedRequest[] = [];
    for (const run of this.#runs(parcels)) {
      const [first, ...others] = await Promise.all(run.map(unpack));
      if (first === undefined) continue;
      const bodies = [first, ...others].map(({ body }) => Buffer.from(body));
      const samples = run.reduce((total, parcel) => total + parcel.samples, 0);
      joined.push(...(others.length === 0 ? run : await this.pack([{ ...first, body: join(bodies), samples }])));
    }
    return joined;
  }

  #fit(message: PushMessage): readonly PushMessage[] {
    if (Buffer.byteLength(message.body) <= this.#limitBytes) return [message];
    const parts = this.#protocol.parts?.split(message) ?? [];
    return parts.length === 0 ? [message] : parts.flatMap((part) => this.#fit(part));
  }

  /** Groups of parcels that may be joined. */
  #runs(parcels: readonly PreparedRequest[]): readonly (readonly PreparedRequest[])[] {
    const limitBytes = Math.min(JOINED_BYTES, this.#limitBytes);
    const runs: PreparedRequest[][] = [];
    let bytes = 0;
    for (const parcel of parcels) {
      const run = runs.at(-1);
      const mayJoin = run?.[0]?.url === parcel.url && run[0].method === parcel.method;
      if (run !== undefined && mayJoin && bytes + parcel.plainBytes <= limitBytes) {
        run.push(parcel);
        bytes += parcel.plainBytes;
      } else {
        runs.push([parcel]);
        bytes = parcel.plainBytes;
      }
    }
    return runs;
  }
}

async function unpack({ url, method, headers, body, samples, isGzipped }: PreparedRequest): Promise<PushMessage> {
  if (!isGzipped) return { url, method, headers, body, samples };
  const { 'content-encoding': _, ...plain } = headers;
  return { url, method, headers: plain, body: await decompress(body), samples };
}
