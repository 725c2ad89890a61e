import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/templates/request-data.ts';
import { TAGS } from '../../../src/templates/tags.ts';
import { asText, firstOf, materials, renderer } from './data-builder.ts';

const POPULATION = 20;
const ARGUMENTS: Readonly<Record<string, string>> = {
  int: '(1,1000000)',
  float: '(0,1)',
  text: '(40)',
  bytes: '(20)',
  pick: '(a,b,c)',
};
/** `#now` alone does not follow from the number of the document. */
const NAMES = Object.keys(TAGS).filter((name) => name !== 'now');

/** Documents that a job wrote, and the reads of a later one. */
async function writtenAndRead(document: JsonObject, saved: readonly string[], filter: JsonObject) {
  const written = firstOf(POPULATION, (await materials({ document, saved })).document);
  const reader = await materials({ type: 'read', document, saved, filter }, { index: 1, population: POPULATION });
  return { written, reader };
}

describe('a filter by a saved field finds documents written earlier', () => {
  it.each(NAMES)('of the tag #%s', async (name) => {
    const field = `#${name}${ARGUMENTS[name] ?? ''}`;
    const { written, reader } = await writtenAndRead({ field }, ['field'], { field: '#field' });
    const values = written.map(({ field }) => field);
    const asked = firstOf(100, (ticket) => reader.criteria(ticket)['field']);
    for (const value of asked) expect(values).toContain(value);
    // Every document is asked for now and then: 100 draws of 20 miss a certain one in 0.6% of cases, 4 in 10^-6.
    expect(new Set(asked).size).toBeGreaterThan(new Set(values).size - 5);
  });

  it('even if its name is that of a tag, for any field, with operators, in lists, within longer text', async () => {
    const document = { name: 'n-#string', age: '#int(1,1000000)' };
    const filter = { name: '#name', nick: '#name', age: { $gte: '#age', $in: ['#age'] }, label: 'is #name!' };
    const { written, reader } = await writtenAndRead(document, ['name', 'age'], filter);
    for (let ticket = 0; ticket < 50; ticket++) {
      const asked = reader.criteria(ticket);
      const found = written.find(({ name }) => name === asked['name']);
      expect(found).toBeDefined();
      expect(asked).toEqual({
        name: found?.['name'],
        nick: found?.['name'],
        age: { $gte: found?.['age'], $in: [found?.['age']] },
        label: `is ${asText(found?.['name'])}!`,
      });
      expect(Object.fromEntries(reader.filter(ticket))).toMatchObject({ name: found?.['name'] });
    }
  });

  it('of a field within another, of a whole object and of a constant', async () => {
    const document = { address: { city: '#string', zip: '#int(1,99999)' }, kind: 7 };
    const saved = ['address', 'address.city', 'kind'];
    const filter = { 'address.city': '#address.city', address: '#address', kind: '#kind' };
    const { written, reader } = await writtenAndRead(document, saved, filter);
    for (let ticket = 0; ticket < 20; ticket++) {
      const asked = reader.criteria(ticket);
      expect(written.map(({ address }) => address)).toContainEqual(asked['address']);
      expect(asked['address.city']).toBe((asked['address'] as JsonObject)['city']);
      expect(asked['kind']).toBe(7);
    }
  });

  it('also in statements and free templates, with all values of the document of the key', async () => {
    const document = { _id: '#id', name: '#name' };
    const { written, reader } = await writtenAndRead(document, ['name'], {});
    for (let ticket = 0; ticket < 20; ticket++) {
      const found = written.find(({ _id }) => _id === reader.key(ticket));
      expect(reader.statement('SELECT 1 FROM t WHERE name = #name').values(ticket)).toEqual([found?.['name']]);
      expect(renderer(reader.text('/?q=#name'))(ticket)).toBe(`/?q=${asText(found?.['name'])}`);
      expect(reader.value({ q: ['#name'] })(ticket)).toEqual({ q: [found?.['name']] });
    }
  });
});

it('fields that are not saved are drawn again', async () => {
  const { written, reader } = await writtenAndRead({ name: '#string' }, [], { name: '#string' });
  const values = written.map(({ name }) => name);
  for (let ticket = 0; ticket < 20; ticket++) expect(values).not.toContain(reader.criteria(ticket)['name']);
});
