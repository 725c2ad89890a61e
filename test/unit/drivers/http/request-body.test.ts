import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DriverOptions } from '../../../../src/drivers/driver.ts';
import { resolveEndpoint } from '../../../../src/drivers/http/endpoint.ts';
import type { OutgoingRequest } from '../../../../src/drivers/http/outgoing-request.ts';
import { RequestWriter } from '../../../../src/drivers/http/request-writer.ts';
import type { BodyForm, HttpOptions, MultipartField } from '../../../../src/plan/target.ts';
import { httpOptions, ticketMaterials } from '../../../contract/driver/http-options.ts';

function writer(http: Partial<HttpOptions>): RequestWriter {
  const options: DriverOptions = httpOptions('http://host', { type: 'write', http });
  return new RequestWriter(options, options.operations[0]!, resolveEndpoint(options)); // httpOptions has one
}

function headerOf({ headers }: OutgoingRequest, name: string): string | undefined {
  const at = headers.findIndex((item, index) => index % 2 === 0 && item === name);
  return at === -1 ? undefined : headers[at + 1];
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

function bytesOf({ body }: OutgoingRequest): Buffer {
  return Buffer.from(body ?? '');
}

/** Parts as another implementation reads them. */
async function partsOf(request: OutgoingRequest): Promise<FormData> {
  const headers = { 'content-type': headerOf(request, 'content-type') ?? '' };
  return new Response(new Uint8Array(bytesOf(request)), { headers }).formData();
}

const FORM: BodyForm = {
  kind: 'form',
  fields: [
    ['user name', 'J & J #n=ü'],
    ['tag', 'a+b'],
    ['tag', '~'],
  ],
};

describe('a form', () => {
  test('is encoded with its names repeated', () => {
    const request = writer({ bodyForm: FORM }).prepare(7);
    expect(String(request.body)).toBe('user+name=J+%26+J+7%3D%C3%BC&tag=a%2Bb&tag=~');
    expect([...new URLSearchParams(String(request.body))]).toEqual([
      ['user name', 'J & J 7=ü'],
      ['tag', 'a+b'],
      ['tag', '~'],
    ]);
    expect(headerOf(request, 'content-type')).toBe('application/x-www-form-urlencoded');
    expect(String(request.message)).toContain('content-length: 44\r\n');
  });

  test('keeps a content type with parameters and refuses another', () => {
    const type = 'application/x-www-form-urlencoded; charset=utf-8';
    expect(headerOf(writer({ bodyForm: FORM, headers: { 'content-type': type } }).prepare(0), 'content-type')).toBe(
      type,
    );
    expect(() => writer({ bodyForm: FORM, headers: { 'content-type': 'application/json' } })).toThrow(
      'the header content-type contradicts `http.form`, which is application/x-www-form-urlencoded',
    );
  });
});

describe('a multipart body', () => {
  const file = randomBytes(100_000);
  const field = (changes: Partial<MultipartField>): MultipartField => ({
    name: 'a',
    content: '',
    filename: undefined,
    type: undefined,
    ...changes,
  });
  const FIELDS = [
    field({ name: 'title "x"', content: 'ticket #n\r\nü' }),
    field({ name: 'photo', content: shared(file), filename: 'n#n.jpg', type: 'image/jpeg' }),
    field({ name: 'photo', content: 'second', filename: 'b.txt', type: 'text/plain' }),
  ];

  test('is read by another implementation as it was given', async () => {
    const request = writer({ bodyForm: { kind: 'multipart', fields: FIELDS } });
    for (const sequence of [3, 4]) {
      const parts = await partsOf(request.prepare(sequence));
      expect([...parts.keys()]).toEqual(['title "x"', 'photo', 'photo']);
      expect(parts.get('title "x"')).toBe(`ticket ${sequence}\r\nü`);
      const [first, second] = parts.getAll('photo') as File[];
      expect([first?.name, first?.type]).toEqual([`n${sequence}.jpg`, 'image/jpeg']);
      expect(Buffer.from((await first?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(file)).toBe(true);
      expect([second?.name, second?.type, await second?.text()]).toEqual(['b.txt', 'text/plain', 'second']);
    }
  });

  test('has the same boundary in each request and on each thread, which is in no part', () => {
    const make = (content: string): string => {
      const request = writer({ bodyForm: { kind: 'multipart', fields: [field({ content })] } }).prepare(0);
      return (headerOf(request, 'content-type') ?? '').replace('multipart/form-data; boundary=', '');
    };
    const boundary = make('x');
    expect(boundary).toMatch(/^loadbot-[0-9a-f]{32}$/);
    expect(make('x')).toBe(boundary);
    expect(make(`x${boundary}`)).not.toBe(boundary);
  });

  test('refuses a generated value with the boundary', () => {
    let value = '';
    const text = (template: string): string | (() => string) => (template === '#n' ? () => value : template);
    const options = httpOptions('http://host', {
      type: 'write',
      materials: { ...ticketMaterials, text },
      http: { path: '/p', bodyForm: { kind: 'multipart', fields: [field({ content: '#n' })] } },
    });
    const made = new RequestWriter(options, options.operations[0]!, resolveEndpoint(options));
    const type = headerOf(made.prepare(0), 'content-type');
    value = String(type);
    expect(() => made.prepare(1)).toThrow('a value contains the boundary of the multipart body');
  });

  test('refuses another content type', () => {
    const http = {
      bodyForm: { kind: 'multipart', fields: FIELDS },
      headers: { 'content-type': 'multipart/mixed' },
    } as const;
    expect(() => writer(http)).toThrow('the header content-type contradicts `http.multipart`');
  });
});

describe('a file', () => {
  const bytes = randomBytes(200_000);

  test('is sent as it is, without a copy in the message', () => {
    const request = writer({ bodyForm: { kind: 'file', content: shared(bytes) } }).prepare(0);
    expect(bytesOf(request).equals(bytes)).toBe(true);
    expect(headerOf(request, 'content-type')).toBe('application/octet-stream');
    expect(String(request.message)).toMatch(/content-length: 200000\r\n\r\n$/);
    expect(request.tail).toBe(request.body);
  });

  test('has the content type of the headers', () => {
    const headers = { 'content-type': 'image/png' };
    const request = writer({ bodyForm: { kind: 'file', content: shared(bytes) }, headers }).prepare(0);
    expect(headerOf(request, 'content-type')).toBe('image/png');
  });
});

describe('compression', () => {
  const TEXT = JSON.stringify({ text: 'many words '.repeat(50) });

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
  ] as const)('%s', (compress, decode) => {
    const constant = writer({ path: '/p', body: TEXT, compress });
    expect(decode(bytesOf(constant.prepare(0))).toString()).toBe(TEXT);
    expect(headerOf(constant.prepare(0), 'content-encoding')).toBe(compress);
    expect(constant.prepare(0).body).toBe(constant.prepare(1).body);
    const varying = writer({ body: `${TEXT} #n`, compress });
    expect(decode(bytesOf(varying.prepare(5))).toString()).toBe(`${TEXT} 5`);
    expect(decode(bytesOf(varying.prepare(6))).toString()).toBe(`${TEXT} 6`);
  });

  test('is not announced by a request without body', () => {
    const request = writer({ method: 'GET', compress: 'gzip' }).prepare(0);
    expect(request.body).toBeNull();
    expect(headerOf(request, 'content-encoding')).toBeUndefined();
  });

  test('refuses a content-encoding beside it', () => {
    expect(() => writer({ compress: 'gzip', headers: { 'content-encoding': 'br' } })).toThrow(
      'the header content-encoding and `http.compress` are both given',
    );
  });
});
