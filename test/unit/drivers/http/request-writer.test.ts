import { describe, expect, test } from 'vitest';
import type { RequestType } from '../../../../src/shared/job-type.ts';
import type { DriverOptions } from '../../../../src/drivers/driver.ts';
import { resolveEndpoint } from '../../../../src/drivers/http/endpoint.ts';
import { RequestWriter } from '../../../../src/drivers/http/request-writer.ts';
import { httpOptions, ticketMaterials } from '../../../contract/driver/http-options.ts';

const URL = 'http://host:8080/api';

function writer(options: DriverOptions): RequestWriter {
  return new RequestWriter(options, options.operations[0]!, resolveEndpoint(options)); // httpOptions has one
}

function written(
  options: DriverOptions,
  sequence = 7,
): { line: string; body: string | null; headers: Record<string, string> } {
  const { method, path, body, headers } = writer(options).prepare(sequence);
  const named: Record<string, string> = {};
  for (let n = 0; n < headers.length; n += 2) named[headers[n] ?? ''] = headers[n + 1] ?? '';
  return { line: `${method} ${path}`, body: body === null ? null : String(body), headers: named };
}

describe('the REST mapping', () => {
  test.each<[RequestType, string, string | null]>([
    ['write', 'POST /api/docs', '{"_id":"k7","n":7}'],
    ['bulk_write', 'POST /api/docs/_bulk', '[{"n":7},{"n":8}]'],
    ['read', 'GET /api/docs/k7', null],
    ['update', 'PATCH /api/docs/k7', '{"n":7}'],
    ['scan', 'GET /api/docs?from=k7&limit=8', null],
    ['delete', 'DELETE /api/docs/k7', null],
    ['drop_collection', 'DELETE /api/docs', null],
  ])('%s', (type, line, body) => {
    const request = written(httpOptions(URL, { type }));
    expect(request.line).toBe(line);
    expect(request.body).toBe(body);
    expect(request.headers).toEqual({
      'user-agent': 'loadbot-agent',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    });
  });

  test('a filter narrows a read and an update', () => {
    const materials = {
      ...ticketMaterials,
      filter: (n: number) =>
        [
          ['name', `J & J ${n}`],
          ['a', 'ü'],
        ] as const,
      criteria: () => ({ name: '', a: '' }),
    };
    expect(written(httpOptions(URL, { materials })).line).toBe('GET /api/docs?name=J%20%26%20J%207&a=%C3%BC');
    const update = httpOptions(URL, { type: 'update', materials });
    expect(written(update)).toMatchObject({ line: 'PATCH /api/docs?name=J%20%26%20J%207&a=%C3%BC', body: '{"n":7}' });
    const keyed = { ...materials, criteria: () => ({ _id: 'k', name: '', a: '' }) };
    expect(written(httpOptions(URL, { materials: keyed })).line).toBe(
      'GET /api/docs?_id=k7&name=J%20%26%20J%207&a=%C3%BC',
    );
  });

  test('keys and collections are percent-encoded', () => {
    const materials = { ...ticketMaterials, key: () => 'a/b?c#d%' };
    const options = httpOptions('http://host', { materials, collection: 'my docs' });
    expect(written(options).line).toBe('GET /my%20docs/a%2Fb%3Fc%23d%25');
  });

  test('create_index requires a custom request', () => {
    expect(() => writer(httpOptions(URL, { type: 'create_index' }))).toThrow('no default HTTP request');
    const options = httpOptions(URL, { type: 'create_index', http: { method: 'PUT', path: '/docs/_index' } });
    expect(written(options).line).toBe('PUT /api/docs/_index');
  });
});

describe('overrides', () => {
  test('replace method, path, headers and body, and stand after the base path', () => {
    const http = {
      method: 'PUT',
      path: 'v2/x?at=#n',
      headers: { 'x-ticket': '#n', 'user-agent': 'mine', 'content-type': 'text/plain' },
      body: 'hello {key} {collection}',
    };
    expect(written(httpOptions(URL, { http }))).toEqual({
      line: 'PUT /api/v2/x?at=7',
      body: 'hello {key} {collection}',
      headers: { 'user-agent': 'mine', 'content-type': 'text/plain', 'x-ticket': '7' },
    });
  });

  test('a JSON body may contain tags', () => {
    const request = written(httpOptions(URL, { type: 'write', http: { body: { id: 'k', in: ['x', '#n'] } } }));
    expect(JSON.parse(request.body ?? '')).toEqual({ id: 'k', in: ['x', '7'] });
  });

  test('null removes the body', () => {
    const request = written(httpOptions(URL, { type: 'write', http: { body: null } }));
    expect(request.body).toBeNull();
    expect(request.headers).toEqual({ 'user-agent': 'loadbot-agent' });
  });

  test('GET has no document unless configured', () => {
    expect(written(httpOptions(URL, { type: 'write', http: { method: 'GET' } })).body).toBeNull();
    expect(written(httpOptions(URL, { type: 'write', http: { method: 'GET', body: 'x' } })).body).toBe('x');
  });

  test('constant parts are rendered once', () => {
    const http = { method: 'POST', path: '/p', headers: { a: 'b' }, body: { x: 1 } };
    const constant = writer(httpOptions(URL, { http }));
    const first = { ...constant.prepare(0) };
    const second = { ...constant.prepare(1) };
    expect(second.body).toBe(first.body);
    expect(first.body).toBeInstanceOf(Buffer);
    expect(second.headers).toBe(first.headers);
  });
});

test('the summary contains no query and no generated value', () => {
  expect(writer(httpOptions(URL)).summary).toBe('GET /docs');
  expect(writer(httpOptions(URL, { http: { path: '/x/{key}/#n?token=secret' } })).summary).toBe('GET /x/{key}/#n');
});

test.each(['content-length', 'transfer-encoding', 'expect', 'upgrade', 'keep-alive'])('%s cannot be set', (name) => {
  expect(() => writer(httpOptions(URL, { http: { headers: { [name]: '1' } } }))).toThrow(`the header ${name}`);
});

test('invalid headers and methods are refused without their values', () => {
  expect(() => writer(httpOptions(URL, { http: { headers: { 'a b': '1' } } }))).toThrow('a b');
  expect(() => writer(httpOptions(URL, { http: { headers: { authorization: 'sec\nret' } } }))).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.not.stringContaining('ret"') as string }),
  );
  expect(() => writer(httpOptions(URL, { http: { method: 'GET /' } }))).toThrow('method');
  expect(() => writer(httpOptions(URL, { http: { method: 'CONNECT' } }))).toThrow('method');
});
