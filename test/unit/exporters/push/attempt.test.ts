import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { prepareRequests } from '../../../../src/exporters/push/attempt.ts';

const BODY = 'requests_total 1\n'.repeat(100);
const MESSAGE = { headers: { 'content-type': 'text/plain' }, body: BODY, samples: 100 };

async function packed(message: Parameters<typeof prepareRequests>[0][number], takesGzip = true, wanted = true) {
  const [parcel] = await prepareRequests([message], { url: 'http://vm/x', takesGzip }, wanted);
  if (parcel === undefined) throw new Error('no parcel');
  return { ...parcel, text: Buffer.from(parcel.body).toString() };
}

describe('prepareRequest', () => {
  it('compresses with gzip, and uses POST by default', async () => {
    const { url, method, headers, body, samples } = await packed(MESSAGE);
    expect({ url, method, samples }).toEqual({ url: 'http://vm/x', method: 'POST', samples: 100 });
    expect(headers).toEqual({ 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    expect(body.length).toBeLessThan(BODY.length / 4);
    expect(gunzipSync(body).toString()).toBe(BODY);
  });

  it.each([
    ['it is not wanted', MESSAGE, true, false],
    ['the receiver takes none', MESSAGE, false, true],
    ['it is compressed already', { ...MESSAGE, headers: { 'content-encoding': 'snappy' } }, true, true],
    ['there is nothing', { ...MESSAGE, body: '' }, true, true],
  ] as const)('does not gzip when %s', async (_, message, takesGzip, wanted) => {
    const { text, headers } = await packed(message, takesGzip, wanted);
    expect(text).toBe(message.body);
    expect(headers).toEqual(message.headers);
  });

  it('keeps the address and the method of the message', async () => {
    const message = { ...MESSAGE, url: 'http://vm/y', method: 'PUT' } as const;
    expect(await packed(message)).toMatchObject({ url: 'http://vm/y', method: 'PUT' });
  });
});
