import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/shared/json.ts';
import { asText, firstOf, materials, parse, user, renderer } from './data-builder.ts';

const sequence = fc.nat(2 ** 40);
const value: fc.Arbitrary<Json> = fc.oneof(
  // As text knows it: there -0 is 0.
  fc.jsonValue().map((made) => JSON.parse(JSON.stringify(made)) as Json),
  fc.constantFrom('#id', '#string', '#int(-5,5)', '#uuid', 'é #now', '#name', '#email', '#sequence', '#pick(é,ü)'),
);
const template = fc.dictionary(fc.string(), value);

describe('documents', () => {
  it('have the types of their template', async () => {
    const document = parse((await materials()).documentJson(0));
    expect(document['_id']).toMatch(/^[0-9a-f]{24}$/);
    expect(document['name']).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(document['age']).toBeTypeOf('number');
    expect(document['address']).toEqual({ city: 'Zürich', tags: [expect.stringMatching(/^[0-9a-f-]{36}$/), 'é"\\'] });
  });

  it('have an _id even when the template has none', async () => {
    const bare = await materials({ document: {} });
    expect(Object.keys(bare.document(7))).toEqual(['_id']);
    expect(bare.documentJson(7)).toBe(`{"_id":"${bare.key(7)}"}`);
  });

  it('have the current time for #now in ISO 8601, UTC, with milliseconds', async () => {
    expect((await materials({ document: { at: '#now' } })).document(0)['at']).toBe('2024-05-06T07:08:09.123Z');
  });

  it('are numbered from firstDocument, so that two jobs share a collection without gap or overlap', async () => {
    const whole = firstOf(10, (await materials()).documentJson);
    const later = await materials({}, { index: 3, firstDocument: 4 });
    expect([...whole.slice(0, 4), ...firstOf(6, later.documentJson)]).toEqual(whole);
  });

  it('are the same in bulk', async () => {
    const single = await materials({}, { firstDocument: 50 });
    const bulk = await materials({ type: 'bulk_write', batchSize: 10 }, { firstDocument: 50 });
    const expected = firstOf(30, single.document);
    expect([0, 1, 2].flatMap((ticket) => bulk.documents(ticket))).toEqual(expected);
    expect([0, 1, 2].flatMap((ticket) => JSON.parse(bulk.documentsJson(ticket)) as Json[])).toEqual(expected);
  });

  it('of two alternating jobs equal those of one job', async () => {
    const whole = firstOf(40, (await materials()).document);
    const bulk = { type: 'bulk_write', batchSize: 10 } as const;
    const first = await materials(bulk, { documentStride: 2 });
    const second = await materials(bulk, { firstDocument: 1, documentStride: 2 });
    const made = [first, second].map((one) => [0, 1].flatMap((ticket) => one.documents(ticket)));
    expect(made).toEqual([0, 1].map((turn) => whole.filter((_, number) => number % 2 === turn)));
  });

  it('depend on seed and collection', async () => {
    const made = [await materials(), await materials({}, { collection: 'orders' }), await materials({}, { seed: 2 })];
    expect(new Set(made.map((one) => one.documentJson(0))).size).toBe(3);
  });

  it('and changes are equal as JSON text and as values, for any template', async () => {
    await fc.assert(
      fc.asyncProperty(
        template,
        sequence,
        fc.integer(),
        fc.constantFrom(0, 1, 200),
        async (document, ticket, seed, dataSize) => {
          const made = await materials({ document, dataSize }, { seed });
          expect(made.document(ticket)).toEqual(parse(made.documentJson(ticket)));
          expect(made.changes(ticket)).toEqual(parse(made.changesJson(ticket)));
          // Padding is there or not by the size of each: their values are not the same.
          const fields = (of: object): string[] =>
            Object.keys(of)
              .filter((name) => name !== '_id' && (dataSize === 0 || name !== 'data'))
              .toSorted();
          expect(fields(made.changes(ticket))).toEqual(fields(made.document(ticket)));
        },
      ),
    );
  });

  it('are the same from any instance, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sequence, { minLength: 1, maxLength: 20 }), fc.integer(), async (tickets, seed) => {
        const [forward, backward] = [await materials({}, { seed }), await materials({}, { seed })];
        const texts = tickets.map((ticket) => forward.documentJson(ticket));
        expect(tickets.toReversed().map((ticket) => backward.documentJson(ticket))).toEqual(texts.toReversed());
      }),
    );
  });

  it('require an object as template', async () => {
    await expect(materials({ document: ['#id'] })).rejects.toThrow('a schema must be an object, not ["#id"]');
  });
});

describe('documents of two runs', () => {
  const template = { _id: '#id', name: '#string', email: '#email', login: '#username', rest: 'x' };
  const of = (seed: number, documentSeed: number) =>
    materials(
      { document: template, dataSize: 300, saved: ['name'], filter: { name: '#name' } },
      { seed, documentSeed },
    );

  it('share no ids and no unique values if their seeds differ', async () => {
    const [one, other] = [await of(1, 1), await of(2, 2)];
    for (const field of ['_id', 'name', 'email', 'login']) {
      const values = [one, other].flatMap(({ document }) => firstOf(500, (n) => document(n)[field]));
      expect(new Set(values).size).toBe(1000);
    }
  });

  it('are equal if their document seeds are, including saved fields and padding', async () => {
    const [one, other] = [await of(1, 9), await of(2, 9)];
    expect(firstOf(50, one.documentJson)).toEqual(firstOf(50, other.documentJson));
  });

  it('are selected by different draws in each run', async () => {
    const keysOf = async (seed: number): Promise<string[]> => {
      const reads = await materials({ type: 'read' }, { seed, documentSeed: 9, population: 500 });
      return firstOf(5000, reads.key);
    };
    const [one, other] = [await keysOf(1), await keysOf(2)];
    const ids = new Set(firstOf(500, (await of(3, 9)).key));
    expect(one).not.toEqual(other);
    for (const keys of [one, other]) {
      expect(new Set(keys).size).toBeGreaterThan(495);
      expect(keys.every((key) => ids.has(key))).toBe(true);
    }
  });
});

describe('changes', () => {
  it('have new values for each ticket, different from those of documents', async () => {
    const document = { _id: '#id', email: '#email' };
    const updater = await materials({ type: 'update', document }, { population: 10, index: 2 });
    const written = firstOf(50, (await materials({ document })).document).map(({ email }) => email);
    const changed = firstOf(50, updater.changes).map(({ email }) => email);
    expect(new Set([...written, ...changed]).size).toBe(100);
  });
});

describe('data_size', () => {
  it('pads a document to exactly that number of bytes', async () => {
    const bare = Buffer.byteLength((await materials()).documentJson(0));
    for (const dataSize of [bare + 15, 500, 1000, 100_000]) {
      const padded = await materials({ dataSize });
      for (const ticket of [0, 1, 12_345]) {
        expect(Buffer.byteLength(padded.documentJson(ticket))).toBe(dataSize);
        expect(Buffer.byteLength(JSON.stringify(padded.document(ticket)))).toBe(dataSize);
      }
    }
    expect(Buffer.byteLength((await materials({ document: {}, dataSize: 64 })).documentJson(0))).toBe(64);
  });

  it('counts bytes where tags render more than ASCII', async () => {
    const padded = await materials({ document: { city: '#pick(Köln,Rom,Łódź)' }, dataSize: 200 });
    expect(firstOf(20, (ticket) => Buffer.byteLength(padded.documentJson(ticket)))).toEqual(firstOf(20, () => 200));
  });

  it('does not change a document that is larger, or too close to the size for a padding field', async () => {
    const fixed = { _id: 'k', name: 'é' };
    const text = '{"_id":"k","name":"é"}';
    const bytes = Buffer.byteLength(text);
    for (const dataSize of [1, bytes, bytes + 9]) {
      expect((await materials({ document: fixed, dataSize })).documentJson(0)).toBe(text);
    }
    expect((await materials({ document: fixed, dataSize: bytes + 10 })).documentJson(0)).toBe(
      '{"_id":"k","name":"é","data":""}',
    );
  });

  it('replaces a field data of the template', async () => {
    const document = (await materials({ document: { data: 'own', a: 1 }, dataSize: 300 })).documentJson(0);
    expect(Buffer.byteLength(document)).toBe(300);
    expect(Object.keys(parse(document))).toEqual(['_id', 'a', 'data']);
  });

  it('counts only the letters of the field data with that sizing', async () => {
    for (const dataSize of [0, 1, 250]) {
      const sized = await materials({ document: {}, dataSize, sizing: 'data' });
      for (const ticket of [0, 12_345]) {
        const { _id, data, ...others } = sized.document(ticket);
        expect(others).toEqual({});
        expect(_id).toBe(sized.key(ticket));
        expect(data).toMatch(new RegExp(`^[a-z0-9]{${dataSize}}$`));
        expect(parse(sized.documentJson(ticket))).toEqual({ _id, data });
        expect(sized.changes(ticket)['data']).toMatch(new RegExp(`^[a-z0-9]{${dataSize}}$`));
        expect(parse(sized.changesJson(ticket))).toEqual(sized.changes(ticket));
      }
    }
  });

  it('pads documents to sizes of a distribution, by their number', async () => {
    const dataSize = { kind: 'uniform', from: 200, to: 400 } as const;
    const padded = await materials({ dataSize });
    const sizes = firstOf(300, (ticket) => Buffer.byteLength(padded.documentJson(ticket)));
    for (const size of sizes) {
      expect(size).toBeGreaterThanOrEqual(200);
      expect(size).toBeLessThanOrEqual(400);
    }
    expect(new Set(sizes).size).toBeGreaterThan(100);
    const later = await materials({ dataSize }, { firstDocument: 100 });
    expect(firstOf(200, later.documentJson)).toEqual(firstOf(300, padded.documentJson).slice(100));
    expect(firstOf(300, (ticket) => Buffer.byteLength(JSON.stringify(padded.document(ticket))))).toEqual(sizes);
    expect(padded.maxDataSize).toBe(400);
    expect((await materials({ dataSize: 400 })).maxDataSize).toBeUndefined();
  });

  it('pads documents to the sizes of a histogram', async () => {
    const values = [
      { value: 300, weight: 9 },
      { value: 600, weight: 1 },
    ];
    const padded = await materials({ dataSize: { kind: 'weighted', values } });
    const large = firstOf(1000, (ticket) => Buffer.byteLength(padded.documentJson(ticket))).filter((size) => {
      expect([300, 600]).toContain(size);
      return size === 600;
    });
    // 100 expected, a standard deviation of 9.5.
    expect(large.length).toBeGreaterThan(60);
    expect(large.length).toBeLessThan(140);
  });

  it('pads different documents differently', async () => {
    const padded = await materials({ dataSize: 200 });
    expect(new Set(firstOf(4, (ticket) => padded.document(ticket)['data'])).size).toBe(4);
  });
});

describe('keys', () => {
  it('of a write are those of its documents', async () => {
    const written = await materials({}, { firstDocument: 9 });
    expect(written.key(4)).toBe(written.document(4)['_id']);
  });

  it('of a read or update are drawn evenly from the documents of another job', async () => {
    const numberOf = new Map(firstOf(10, (await materials()).key).map((key, number) => [key, number]));
    for (const type of ['read', 'update'] as const) {
      const reader = await materials({ type }, { index: 1, firstDocument: 10, population: 10 });
      const times = Array.from({ length: 10 }, () => 0);
      for (let ticket = 0; ticket < 10_000; ticket++) times[numberOf.get(reader.key(ticket)) ?? -1]!++; // all are known
      // 1000 expected; 5 standard deviations of a binomial count are 150.
      for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
  });

  it('follow the _id of the template with any type, also in criteria', async () => {
    for (const id of ['user-#int(1,1000000)', '#uuid', '#int(1,1000000)', '#sequence', '#email', 'fixed', 7]) {
      const document = { ...user, _id: id };
      const written = firstOf(5, (await materials({ document })).document).map(({ _id }) => _id);
      const reader = await materials({ type: 'read', document }, { index: 1, population: 5 });
      for (let ticket = 0; ticket < 50; ticket++) {
        expect(written.map(asText)).toContain(reader.key(ticket));
        expect(written).toContain(reader.criteria(ticket)['_id']);
      }
    }
  });

  it('refer to the first document if there is none', async () => {
    const reader = await materials({ type: 'read' }, { population: 0 });
    const first = (await materials()).key(0);
    expect(firstOf(3, reader.key)).toEqual([first, first, first]);
  });

  it('of two jobs are drawn independently', async () => {
    const [first, second] = await Promise.all(
      [0, 1].map(async (index) =>
        firstOf(20, (await materials({ type: 'read' }, { index, population: 1000 })).key).join(),
      ),
    );
    expect(first).not.toBe(second);
  });
});

describe('filters', () => {
  it('have the key of their _id, with a separate draw', async () => {
    const free = await materials({ type: 'read', filter: { _id: 'user-#int(1,1000)' } });
    expect(new Set(firstOf(100, free.key)).size).toBeGreaterThan(80);
    expect(free.filter(0)).toEqual([]);
    expect(free.criteria(7)).toEqual({ _id: free.key(7) });
  });

  it('without fields select by the key', async () => {
    const reader = await materials({ type: 'read', filter: {} }, { population: 10 });
    expect(reader.criteria(3)).toEqual({ _id: reader.key(3) });
  });

  it('with fields do not select by the key', async () => {
    const reader = await materials({
      type: 'read',
      filter: { age: 42, on: true, group: 'g#int(3,3)', n: '#int(5,5)' },
    });
    expect(reader.filter(5)).toEqual([
      ['age', '42'],
      ['on', 'true'],
      ['group', 'g3'],
      ['n', '5'],
    ]);
    expect(reader.criteria(5)).toEqual({ age: 42, on: true, group: 'g3', n: 5 });
  });
});

describe('free templates', () => {
  it('compile to the same values, and differ by job and ticket', async () => {
    const render = renderer((await materials()).text('/a/#uuid'));
    expect(renderer((await materials()).text('/a/#uuid'))(3)).toBe(render(3));
    expect(render(4)).not.toBe(render(3));
    expect(renderer((await materials({}, { index: 1 })).text('/a/#uuid'))(3)).not.toBe(render(3));
  });

  it('use the id of the requested document for #id', async () => {
    const written = await materials({}, { firstDocument: 5 });
    expect(renderer(written.text('#id'))(2)).toBe(written.key(2));
    const reader = await materials({ type: 'read' }, { population: 100 });
    expect(renderer(reader.text('#id'))(2)).toBe(reader.key(2));
    expect(parse(reader.json({ ids: ['#id'] })(2))).toEqual({ ids: [reader.key(2)] });
    expect(reader.value({ ids: ['#id'] })(2)).toEqual({ ids: [reader.key(2)] });
    expect(reader.statement('SELECT * FROM users WHERE _id = #id').values(2)).toEqual([reader.key(2)]);
  });
});
