import { describe, expect, it } from 'vitest';
import { feederOf } from './feeders.ts';
import { asText, firstOf, materials, renderer } from './data-builder.ts';

const users = feederOf('users', 'sequential', { email: ['a@x', 'b@x', 'c@x'], age: [1, null, { n: 3 }] });
const document = { email: '#users.email', age: '#users.age', label: '<#users.email>/#users.age' };

describe('feeders', () => {
  it('fill documents row by row, cyclically, with the types of the columns', async () => {
    const made = firstOf(4, (await materials({ document }, { feeders: [users] })).document);
    expect(made.map(({ _id, ...others }) => others)).toEqual([
      { email: 'a@x', age: 1, label: '<a@x>/1' },
      { email: 'b@x', age: null, label: '<b@x>/null' },
      { email: 'c@x', age: { n: 3 }, label: '<c@x>/{"n":3}' },
      { email: 'a@x', age: 1, label: '<a@x>/1' },
    ]);
  });

  it('give the same JSON text', async () => {
    const made = await materials({ document }, { feeders: [users] });
    for (let ticket = 0; ticket < 3; ticket++)
      expect(JSON.parse(made.documentJson(ticket))).toEqual(made.document(ticket));
  });

  it('give all tags of one request the same row, in any order of rows', async () => {
    const many = feederOf('users', 'random', { a: firstOf(100, (row) => row), b: firstOf(100, (row) => row) });
    const writer = await materials(
      { type: 'write', document: { a: '#users.a' } },
      { feeders: [many], firstDocument: 7 },
    );
    const header = renderer(writer.text('#users.b'));
    const rows = firstOf(1000, (ticket) => {
      const row = writer.document(ticket)['a'];
      expect(header(ticket)).toBe(asText(row));
      return row;
    });
    // 1000 draws of 100 leave out a certain row in 0.004% of cases.
    expect(new Set(rows).size).toBeGreaterThan(97);
  });

  it('give the requests of a read one row after the other', async () => {
    const reader = await materials(
      { type: 'read', document: {}, filter: { email: '#users.email' } },
      { feeders: [users] },
    );
    expect(firstOf(4, (ticket) => reader.criteria(ticket)['email'])).toEqual(['a@x', 'b@x', 'c@x', 'a@x']);
    expect(reader.statement('SELECT #users.email, #users.age').values(2)).toEqual(['c@x', { n: 3 }]);
  });

  it('find documents by a saved field that a feeder filled', async () => {
    const reader = await materials(
      { type: 'read', document, saved: ['email'], filter: { email: '#email' } },
      { feeders: [users], population: 2, index: 1 },
    );
    for (let ticket = 0; ticket < 20; ticket++) expect(['a@x', 'b@x']).toContain(reader.criteria(ticket)['email']);
  });

  it('do not change text without a column name', async () => {
    const made = await materials({}, { feeders: [users] });
    expect(renderer(made.text('#users.email.de #users.nope #users'))(0)).toBe('a@x.de #users.nope #users');
  });
});
