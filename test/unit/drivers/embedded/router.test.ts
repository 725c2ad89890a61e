import { beforeEach, describe, expect, it } from 'vitest';
import { routeRequest } from '../../../../src/drivers/embedded/router.ts';
import { DocumentStore } from '../../../../src/drivers/embedded/store.ts';

let store: DocumentStore;

beforeEach(() => {
  store = new DocumentStore();
});

function ask(method: string, url: string, body: unknown = ''): [status: number, body: unknown, operation: string] {
  const route = routeRequest(store, method, url);
  const answer = route.answer(typeof body === 'string' ? body : JSON.stringify(body));
  return [answer.status, JSON.parse(answer.body), route.operation];
}

describe('writing', () => {
  it('stores a document under its _id', () => {
    expect(ask('POST', '/users', { _id: 'a', name: 'Ada' })).toEqual([201, { _id: 'a' }, 'write']);
    expect(ask('GET', '/users/a')).toEqual([200, { _id: 'a', name: 'Ada' }, 'read']);
  });

  it('creates a missing _id', () => {
    const [status, body] = ask('POST', '/users', { name: 'Ada' });
    expect(status).toBe(201);
    const { _id: key } = body as { _id: string };
    expect(ask('GET', `/users/${key}`)[1]).toEqual({ _id: key, name: 'Ada' });
  });

  it('accepts an _id of any type, as text in the path', () => {
    expect(ask('POST', '/users', { _id: 7 })).toEqual([201, { _id: 7 }, 'write']);
    expect(ask('GET', '/users/7')[1]).toEqual({ _id: 7 });
    expect(ask('POST', '/users', { _id: 'a b/ü' })[0]).toBe(201);
    expect(ask('GET', '/users/a%20b%2F%C3%BC')[1]).toEqual({ _id: 'a b/ü' });
  });

  it('refuses an _id that exists and keeps the document', () => {
    ask('POST', '/users', { _id: 'a', n: 1 });
    expect(ask('POST', '/users', { _id: 'a', n: 2 })).toEqual([
      409,
      { error: 'users already has a document a' },
      'write',
    ]);
    expect(ask('GET', '/users/a')[1]).toEqual({ _id: 'a', n: 1 });
  });

  it('stores many at once, except those with an existing _id', () => {
    expect(ask('POST', '/users/_bulk', [{ _id: 1 }, { _id: 2 }, {}])).toEqual([201, { inserted: 3 }, 'bulk_write']);
    expect(ask('POST', '/users/_bulk', [{ _id: 2 }, { _id: 4 }])).toEqual([
      409,
      { inserted: 1, conflicts: 1 },
      'bulk_write',
    ]);
    expect(store.counts()).toEqual({ users: 4 });
  });

  it('changes the first matching document', () => {
    for (const _id of [1, 2, 3]) ask('POST', '/users', { _id, city: _id === 1 ? 'Rome' : 'Oslo' });
    expect(ask('PATCH', '/users?city=Oslo', { age: 5 })).toEqual([200, { _id: '2' }, 'update']);
    expect(ask('GET', '/users?age=5')[1]).toEqual([{ _id: 2, city: 'Oslo', age: 5 }]);
    expect(ask('PATCH', '/users?_id=3&city=Oslo', { age: 6 })[0]).toBe(200);
    expect(ask('PATCH', '/users?city=Bonn', { age: 5 })[0]).toBe(404);
    expect(ask('PATCH', '/users', { age: 5 })[0]).toBe(405);
  });

  it.each([
    ['/users', '{"a":', 'object'],
    ['/users', '[]', 'object'],
    ['/users', 'null', 'object'],
    ['/users', '', 'object'],
    ['/users/_bulk', '{}', 'array of objects'],
    ['/users/_bulk', '[{"_id":1},2]', 'array of objects'],
  ])('answers 400 to POST %s with %j and stores nothing', (url, body, expected) => {
    expect(ask('POST', url, body).slice(0, 2)).toEqual([400, { error: `the body must be a JSON ${expected}` }]);
    expect(store.counts()).toEqual({});
  });
});

describe('reading', () => {
  it('answers 404 to an unknown key or collection', () => {
    ask('POST', '/users', { _id: 'a' });
    expect(ask('GET', '/users/b')).toEqual([404, { error: 'not found' }, 'read']);
    expect(ask('GET', '/nobody/a')[0]).toBe(404);
    expect(ask('GET', '/nobody')[0]).toBe(404);
    expect(ask('GET', '/users/toString')[0]).toBe(404);
  });

  it('finds the documents whose fields equal all criteria, as text', () => {
    const documents = Array.from({ length: 6 }, (_, n) => ({ _id: n, even: n % 2 === 0, name: n < 4 ? 'é & ü' : 'x' }));
    ask('POST', '/users/_bulk', documents);
    expect(ask('GET', '/users?even=true')[1]).toEqual([documents[0], documents[2], documents[4]]);
    expect(ask('GET', '/users?even=true&name=%C3%A9%20%26%20%C3%BC')[1]).toEqual([documents[0], documents[2]]);
    expect(ask('GET', '/users?_id=5')[1]).toEqual([documents[5]]);
    expect(ask('GET', '/users?nobody=1')).toEqual([404, { error: 'not found' }, 'read']);
  });

  it('gives up to 100 results, fewer by limit', () => {
    ask(
      'POST',
      '/users/_bulk',
      Array.from({ length: 150 }, (_, n) => ({ _id: n })),
    );
    const found = (query: string): number => (ask('GET', `/users${query}`)[1] as unknown[]).length;
    expect(found('')).toBe(100);
    expect(found('?limit=7')).toBe(7);
    expect(found('?limit=1000')).toBe(100);
    expect(ask('GET', '/users?limit=0')[0]).toBe(400);
    expect(ask('GET', '/users?limit=x')[0]).toBe(400);
  });
});

describe('updating', () => {
  it('merges fields and keeps the _id', () => {
    ask('POST', '/users', { _id: 'a', name: 'Ada', age: 1 });
    ask('GET', '/users/a');
    expect(ask('PATCH', '/users/a', { _id: 'z', age: 2, city: 'Oslo' })).toEqual([200, { _id: 'a' }, 'update']);
    expect(ask('GET', '/users/a')[1]).toEqual({ _id: 'a', name: 'Ada', age: 2, city: 'Oslo' });
    expect(ask('PATCH', '/users/b', { age: 2 })[0]).toBe(404);
    expect(ask('PATCH', '/users/a', '1')[0]).toBe(400);
  });
});

describe('deleting', () => {
  it('removes one document, by its key or the first that matches', () => {
    for (const _id of [1, 2, 3]) ask('POST', '/users', { _id, city: 'Oslo' });
    expect(ask('DELETE', '/users/2')).toEqual([200, { _id: '2' }, 'delete']);
    expect(ask('DELETE', '/users/2')).toEqual([404, { error: 'not found' }, 'delete']);
    expect(ask('DELETE', '/users?city=Oslo')).toEqual([200, { _id: '1' }, 'delete']);
    expect(ask('DELETE', '/users?city=Rome')[0]).toBe(404);
    expect(store.counts()).toEqual({ users: 1 });
  });
});

describe('scanning', () => {
  const scanned = (query: string): unknown[] =>
    (ask('GET', `/users?${query}`)[1] as { readonly _id: string }[]).map(({ _id }) => _id);

  it('returns documents in the order of their keys, from a key on', () => {
    for (const _id of ['d', 'b', 'a', 'e', 'c']) ask('POST', '/users', { _id });
    expect(scanned('from=b&limit=3')).toEqual(['b', 'c', 'd']);
    expect(scanned('from=bb&limit=9')).toEqual(['c', 'd', 'e']);
    expect(ask('GET', '/users?from=f&limit=1')).toEqual([404, { error: 'not found' }, 'scan']);
    expect(ask('GET', '/users?from=a&limit=0')[0]).toBe(400);
    expect(ask('GET', '/nothing?from=a&limit=1')[0]).toBe(404);
  });

  it('sees later writes, deletes and a drop', () => {
    for (const _id of ['d', 'b']) ask('POST', '/users', { _id });
    expect(scanned('from=a&limit=9')).toEqual(['b', 'd']);
    ask('POST', '/users', { _id: 'c' });
    ask('DELETE', '/users/b');
    expect(scanned('from=a&limit=9')).toEqual(['c', 'd']);
    ask('DELETE', '/users');
    ask('POST', '/users', { _id: 'x' });
    expect(scanned('from=a&limit=9')).toEqual(['x']);
  });

  it('a filter on a field named `from` is not the start of a scan', () => {
    ask('POST', '/users', { _id: 'a', from: 'Oslo' });
    expect(ask('GET', '/users?from=Oslo')).toEqual([200, [{ _id: 'a', from: 'Oslo' }], 'read']);
  });
});

describe('dropping', () => {
  it('removes a collection and returns its number of documents', () => {
    ask('POST', '/users/_bulk', [{}, {}, {}]);
    expect(ask('DELETE', '/users')).toEqual([200, { dropped: 3 }, 'drop_collection']);
    expect(ask('DELETE', '/users')).toEqual([404, { error: 'not found' }, 'drop_collection']);
    expect(store.counts()).toEqual({});
  });
});

describe('other requests', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/users/', 404],
    ['GET', '/users/a/b', 404],
    ['PUT', '/users', 405],
    ['GET', '/users/_bulk', 405],
    ['POST', '/users/a', 405],
    ['GET', '/users/%zz', 400],
  ])('%s %s is %d', (method, url, status) => {
    const [answered, , operation] = ask(method, url);
    expect([answered, operation]).toEqual([status, 'other']);
  });
});
