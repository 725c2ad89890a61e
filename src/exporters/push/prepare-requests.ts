import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PreparedRequest } from './attempt.ts';
import type { PushMessage, PushProtocol } from './protocol.ts';

const compress = promisify(gzip);

/** Prepares messages for sending; bodies are gzipped when enabled and useful. */
export async function prepareRequests(
  messages: readonly PushMessage[],
  { url, takesGzip }: Pick<PushProtocol, 'url' | 'takesGzip'>,
  gzipWanted: boolean,
): Promise<readonly PreparedRequest[]> {
  const parcels: PreparedRequest[] = [];
  for (const message of messages) {
    const body = Buffer.from(message.body);
    const plain = {
      url: message.url ?? url,
      method: message.method ?? 'POST',
      headers: message.headers,
      body,
      samples: message.samples,
      plainBytes: body.length,
      isGzipped: false,
    };
    const zips = gzipWanted && takesGzip && body.length > 0 && message.headers['content-encoding'] === undefined;
    parcels.push(zips ? await zip(plain) : plain);
  }
  return parcels;
}

async function zip(parcel: PreparedRequest): Promise<PreparedRequest> {
  const body = await compress(parcel.body);
  return { ...parcel, body, isGzipped: true, headers: { ...parcel.headers, 'content-encoding': 'gzip' } };
}
