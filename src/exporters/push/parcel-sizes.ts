import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Parcel } from './attempt.ts';
import { pack } from './pack.ts';
import type { PushMessage, PushProtocol } from './protocol.ts';

/** Bodies that wait for a slow receiver are joined up to this size, before compression. */
const JOINED_BYTES = 4 * 1024 * 1024;

const decompress = promisify(gunzip);

/** Fits what is sent to one receiver to the size of a request that it takes. */
export class ParcelSizes {
  readonly #protocol: PushProtocol;
  readonly #gzip: boolean;
  readonly #onTooLarge: (bytes: number) => void;
  /** Largest body before compression; falls when the receiver refuses one as too large. */
  #limitBytes = Infinity;

  /** @param onTooLarge called once, with the size of the first body that is divided, as it was sent */
  constructor(protocol: PushProtocol, gzip: boolean, onTooLarge: (bytes: number) => void) {
    this.#protocol = protocol;
    this.#gzip = gzip;
    this.#onTooLarge = onTooLarge;
  }

  /** Messages ready to be sent, none of them larger than the receiver takes, where they can be divided. */
  pack(messages: readonly PushMessage[]): Promise<readonly Parcel[]> {
    return pack(
      messages.flatMap((message) => this.#fit(message)),
      this.#protocol,
      this.#gzip,
    );
  }

  /** A parcel that was too large as smaller ones, which later ones are not larger than; empty where it cannot be divided. */
  async split(parcel: Parcel): Promise<readonly Parcel[]> {
    const parts = this.#protocol.parts?.split(await unpack(parcel)) ?? [];
    if (parts.length === 0) return [];
    if (this.#limitBytes === Infinity) this.#onTooLarge(parcel.body.length);
    this.#limitBytes = Math.min(this.#limitBytes, Math.max(...parts.map(({ body }) => Buffer.byteLength(body))));
    return this.pack(parts);
  }

  /** The same parcels, those that follow one another to one URL as one where they are small enough. */
  async join(parcels: readonly Parcel[]): Promise<readonly Parcel[]> {
    const join = this.#protocol.parts?.join;
    if (join === undefined) return parcels;
    const joined: Parcel[] = [];
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

  /** Parcels in groups that may be joined. */
  #runs(parcels: readonly Parcel[]): readonly (readonly Parcel[])[] {
    const limitBytes = Math.min(JOINED_BYTES, this.#limitBytes);
    const runs: Parcel[][] = [];
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

async function unpack({ url, method, headers, body, samples, isGzipped }: Parcel): Promise<PushMessage> {
  if (!isGzipped) return { url, method, headers, body, samples };
  const { 'content-encoding': _, ...plain } = headers;
  return { url, method, headers: plain, body: await decompress(body), samples };
}
