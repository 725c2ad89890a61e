import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { Json } from '../../../src/core/target.ts';
import { createMaterials, type MaterialsJob, type MaterialsOptions } from '../../../src/data/materials.ts';
import type { Materials } from '../../../src/core/materials.ts';

const clock: Clock = {
  nowMs: () => 0,
  epochMs: () => Date.UTC(2024, 4, 6, 7, 8, 9, 123),
  after: () => ({ cancel: () => undefined }),
};

const user = { _id: '#id', name: '#string', age: '#int(1,90)', address: { city: 'Zürich', tags: ['#uuid', 'é"\\'] } };

function materials(job: Partial<MaterialsJob> = {}, options: Partial<MaterialsOptions> = {}): Materials {
  return createMaterials({
    job: {
      type: 'write',
      index: 0,
      collection: 'users',
      batchSize: 100,
      document: user,
      filter: undefined,
      dataSize: 0,
      ...job,
    },
    seed: 1,
    firstDocument: 0,
    population: 0,
    clock,
    ...options,
  });
}

/** A value as a filter writes it. */
function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): Record<string, Json> {
  return JSON.parse(text) as Record<string, Json>;
}

const sequence = fc.nat(2 ** 40);
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc.constantFrom('#id', '#string', '#int(-5,5)', '#uuid', 'é #now'),
);
const template = fc.dictionary(fc.string(), value);

describe('documents', () => {
  it('have the types of their template', () => {
    const document = parse(materials().documentJson(0));
    expect(document['_id']).toMatch(/^[0-9a-f]{24}$/);
    expect(document['name']).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(document['age']).toBeTypeOf('number');
    expect(document['address']).toEqual({ city: 'Zürich', tags: [expect.stringMatching(/^[0-9a-f-]{36}$/), 'é"\\'] });
  });

  it('have an _id even when the template has none', () => {
    expect(Object.keys(parse(materials({ document: {} }).documentJson(7)))).toEqual(['_id']);
    expect(materials({ document: {} }).documentJson(7)).toBe(`{"_id":"${materials().key(7)}"}`);
  });

  it('carry the clock of #now in ISO 8601, UTC, milliseconds', () => {
    const { at } = parse(materials({ document: { at: '#now' } }).documentJson(0));
    expect(at).toBe('2024-05-06T07:08:09.123Z');
  });

  it('are numbered from firstDocument on, so that two jobs divide a collection without a gap or an overlap', () => {
    const whole = Array.from({ length: 10 }, (_, ticket) => materials().documentJson(ticket));
    const first = Array.from({ length: 4 }, (_, ticket) => materials().documentJson(ticket));
    const later = materials({ index: 3 }, { firstDocument: 4 });
    const second = Array.from({ length: 6 }, (_, ticket) => later.documentJson(ticket));
    expect([...first, ...second]).toEqual(whole);
  });

  it('are the same in bulk', () => {
    const single = materials({}, { firstDocument: 50 });
    const bulk = materials({ type: 'bulk_write', batchSize: 10 }, { firstDocument: 50 });
    const inBulk = [0, 1, 2].flatMap((ticket) => JSON.parse(bulk.documentsJson(ticket)) as Json[]);
    expect(inBulk).toEqual(Array.from({ length: 30 }, (_, ticket) => single.document(ticket)));
  });

  it('are told apart by seed and collection', () => {
    const texts = [materials(), materials({ collection: 'orders' }), materials({}, { seed: 2 })];
    expect(new Set(texts.map((one) => one.documentJson(0))).size).toBe(3);
  });

  it('parse to document(), and to changes without _id, whatever the template', () => {
    fc.assert(
      fc.property(template, sequence, fc.integer(), fc.constantFrom(0, 1, 200), (document, ticket, seed, dataSize) => {
        const made = materials({ document, dataSize }, { seed });
        const parsed = parse(made.documentJson(ticket));
        expect(made.document(ticket)).toEqual(parsed);
        const { _id: _, ...changes } = parsed;
        expect(parse(made.changesJson(ticket))).toEqual(changes);
      }),
    );
  });

  it('are the same from any instance, asked in any order', () => {
    fc.assert(
      fc.property(fc.array(sequence, { minLength: 1, maxLength: 20 }), fc.integer(), (tickets, seed) => {
        const forward = materials({}, { seed });
        const backward = materials({}, { seed });
        const texts = tickets.map((ticket) => forward.documentJson(ticket));
        expect(tickets.toReversed().map((ticket) => backward.documentJson(ticket))).toEqual(texts.toReversed());
      }),
    );
  });

  it('must come from an object', () => {
    expect(() => materials({ document: ['#id'] })).toThrow('a schema must be an object, not ["#id"]');
  });
});

describe('data_size', () => {
  const bare = Buffer.byteLength(materials().documentJson(0));

  it('brings a document to exactly that many bytes', () => {
    for (const dataSize of [bare + 15, 500, 1000, 100_000]) {
      for (const ticket of [0, 1, 12_345]) {
        expect(Buffer.byteLength(materials({ dataSize }).documentJson(ticket))).toBe(dataSize);
      }
    }
    expect(Buffer.byteLength(materials({ document: {}, dataSize: 64 }).documentJson(0))).toBe(64);
  });

  it('leaves a document alone that is larger, or so little smaller that a field does not fit', () => {
    const fixed = { _id: 'k', name: 'é' };
    const text = '{"_id":"k","name":"é"}';
    const bytes = Buffer.byteLength(text);
    for (const dataSize of [1, bytes, bytes + 9]) {
      expect(materials({ document: fixed, dataSize }).documentJson(0)).toBe(text);
    }
    expect(materials({ document: fixed, dataSize: bytes + 10 }).documentJson(0)).toBe(
      '{"_id":"k","name":"é","data":""}',
    );
  });

  it('replaces a field data of the template', () => {
    const document = materials({ document: { data: 'own', a: 1 }, dataSize: 300 }).documentJson(0);
    expect(Buffer.byteLength(document)).toBe(300);
    expect(Object.keys(parse(document))).toEqual(['_id', 'a', 'data']);
  });

  it('pads different documents differently', () => {
    const paddings = [0, 1, 2, 3].map((ticket) => parse(materials({ dataSize: 200 }).documentJson(ticket))['data']);
    expect(new Set(paddings).size).toBe(4);
  });
});

describe('keys', () => {
  it('of a write are those of the documents it makes', () => {
    const written = materials({}, { firstDocument: 9 });
    expect(written.key(4)).toBe(parse(written.documentJson(4))['_id']);
  });

  it('of a read or update are drawn evenly from the documents that another job wrote', () => {
    const writer = materials();
    const numberOf = new Map(Array.from({ length: 10 }, (_, n) => [parse(writer.documentJson(n))['_id'], n]));
    for (const type of ['read', 'update'] as const) {
      const reader = materials({ type, index: 1 }, { firstDocument: 10, population: 10 });
      const times = Array.from({ length: 10 }, () => 0);
      for (let ticket = 0; ticket < 10_000; ticket++) times[numberOf.get(reader.key(ticket)) ?? -1]!++; // all are known
      // 1000 expected; 5 standard deviations of a binomial count are 150.
      for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
  });

  it('follow the _id of the template, whatever its type', () => {
    for (const id of ['user-#int(1,1000000)', '#uuid', '#int(1,1000000)', 'fixed', 7]) {
      const document = { ...user, _id: id };
      const written = Array.from({ length: 5 }, (_, n) =>
        asText(parse(materials({ document }).documentJson(n))['_id']),
      );
      const reader = materials({ type: 'read', index: 1, document }, { population: 5 });
      for (let ticket = 0; ticket < 50; ticket++) expect(written).toContain(reader.key(ticket));
    }
  });

  it('without any document written aim at the first', () => {
    const reader = materials({ type: 'read' }, { population: 0 });
    expect([0, 1, 2].map((ticket) => reader.key(ticket))).toEqual(Array.from({ length: 3 }, () => materials().key(0)));
  });

  it('of two jobs are drawn independently', () => {
    const drawn = [0, 1].map((index) => {
      const reader = materials({ type: 'read', index }, { population: 1000 });
      return Array.from({ length: 20 }, (_, ticket) => reader.key(ticket)).join();
    });
    expect(drawn[0]).not.toBe(drawn[1]);
  });
});

describe('filters', () => {
  it('decide the key with their _id, which is a draw of its own unless it is the template of the document', () => {
    const free = materials({ type: 'read', filter: { _id: 'user-#int(1,1000)' } });
    const keys = new Set(Array.from({ length: 100 }, (_, ticket) => free.key(ticket)));
    expect(keys.size).toBeGreaterThan(80);
    expect(free.filter(0)).toEqual([]);

    const same = materials({ type: 'read', filter: { _id: '#id' } }, { population: 10 });
    const written = Array.from({ length: 10 }, (_, n) => materials().key(n));
    for (let ticket = 0; ticket < 50; ticket++) expect(written).toContain(same.key(ticket));
  });

  it('find a document where their template is the one of its field', () => {
    const written = Array.from({ length: 10 }, (_, n) => parse(materials().documentJson(n)));
    const reader = materials({ type: 'read', filter: { name: '#string', age: '#int(1,90)' } }, { population: 10 });
    for (let ticket = 0; ticket < 50; ticket++) {
      const asked = Object.fromEntries(reader.filter(ticket));
      const found = written.filter(({ name, age }) => name === asked['name'] && asText(age) === asked['age']);
      expect(found).toHaveLength(1);
    }
  });

  it('render constants and values of their own as text', () => {
    const reader = materials({ type: 'read', filter: { _id: 'x', age: 42, on: true, group: 'g#int(3,3)' } });
    expect(reader.filter(5)).toEqual([
      ['age', '42'],
      ['on', 'true'],
      ['group', 'g3'],
    ]);
    expect(reader.key(5)).toBe('x');
  });
});

describe('free templates', () => {
  it('are the same whenever they are compiled, and differ by job and ticket', () => {
    const render = materials().text('/a/#uuid');
    expect(materials().text('/a/#uuid')(3)).toBe(render(3));
    expect(render(4)).not.toBe(render(3));
    expect(materials({ index: 1 }).text('/a/#uuid')(3)).not.toBe(render(3));
  });

  it('know as #id the document that the request is about', () => {
    const written = materials({}, { firstDocument: 5 });
    expect(written.text('#id')(2)).toBe(written.key(2));
    const reader = materials({ type: 'read' }, { population: 100 });
    expect(reader.text('#id')(2)).toBe(reader.key(2));
    expect(parse(reader.json({ ids: ['#id'] })(2))).toEqual({ ids: [reader.key(2)] });
  });
});
