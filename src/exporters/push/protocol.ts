import type { Exposition } from '../../metrics/family.ts';

/** One exposition as a receiver wants it. */
interface PushMessage {
  readonly body: string | Uint8Array;
  /** Lower-case names; `content-encoding` is added by whoever compresses the body. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How to speak to one kind of receiver. A new kind is one folder with one of these, and one line in the registry. */
export interface PushProtocol {
  /** Where to POST; holds no credentials, but its query may be secret. */
  readonly url: string;
  encode(exposition: Exposition): PushMessage;
}
