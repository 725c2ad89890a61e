import { describe, expect, test } from 'vitest';
import { splitTemplate, type TemplatePart } from '../../../src/templates/split-template.ts';

const named = new Set(['name', 'address.city', 'users.email']);
const split = (text: string): TemplatePart[] => splitTemplate(text, (name) => named.has(name));
const short = (text: string): string[] =>
  split(text).map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'tag') return `[${part.name}${part.args.length === 0 ? '' : `:${part.args.join('|')}`}]`;
    return `${part.kind}:${part.text}`;
  });

describe('a text is cut into', () => {
  test.each([
    ['', []],
    ['plain', ['plain']],
    ['#id', ['[id]']],
    ['a #id b', ['a ', '[id]', ' b']],
    ['##id', ['#', 'id']],
    ['###id', ['#', '[id]']],
    ['100 # 5 #5 #', ['100 # 5 #5 #']],
    ['#int( -3 , 9 )x', ['[int:-3|9]', 'x']],
    ['#string#string(5)', ['[string]', '[string:5]']],
    ['#pick(a b, #c,3)', ['[pick:a b|#c|3]']],
    ['#date(2024-01-01,2024-05-06T07:08:09Z)', ['[date:2024-01-01|2024-05-06T07:08:09Z]']],
    ['#float(0,1.5,2)', ['[float:0|1.5|2]']],
    ['#first_name.#last_name', ['[first_name]', '.', '[last_name]']],
    ['#uuid.json', ['[uuid]', '.json']],
    ['#id (old)', ['[id]', ' (old)']],
    ['/#raw(users.email)?x', ['/', 'raw:#raw(users.email)', '?x']],
    ['#raw(#bytes(4))#raw( name )', ['raw:#raw(#bytes(4))', 'raw:#raw( name )']],
    ['#raw(a b) #raw #raw(nope)', ['fault:#raw', '(a b) ', 'fault:#raw', ' ', 'fault:#raw', '(nope)']],
    // Names of the workload's own beat tags; what follows them is text.
    ['#name', ['named:#name']],
    ['#name.com', ['named:#name', '.com']],
    ['#name(5)', ['named:#name', '(5)']],
    ['#address.city', ['named:#address.city']],
    ['#users.email.de', ['named:#users.email', '.de']],
  ])('%j', (text, expected) => {
    expect(short(text)).toEqual(expected);
  });
});

describe('text that looks like an unknown tag is reported', () => {
  test.each([
    ['#nope', '#nope'],
    ['#identity', '#identity'],
    ['#Id', '#Id'],
    ['#users', '#users'],
    ['#users.nope', '#users'],
    ['#id(3)', '#id(3)'],
    ['#uuid()', '#uuid()'],
    ['#int', '#int'],
    ['#int(1)', '#int(1)'],
    ['#int(1,2,3)', '#int(1,2,3)'],
    ['#int(1.5,2)', '#int(1.5,2)'],
    ['#int(1,99999999999999999)', '#int(1,99999999999999999)'],
    ['#int(1,2', '#int(1,2'],
    ['#float(1)', '#float(1)'],
    ['#float(0,1,16)', '#float(0,1,16)'],
    ['#float(0,x)', '#float(0,x)'],
    ['#string(0)', '#string(0)'],
    ['#string(2000000)', '#string(2000000)'],
    ['#text', '#text'],
    ['#bytes(x)', '#bytes(x)'],
    ['#pick', '#pick'],
    ['#pick(a,,b)', '#pick(a,,b)'],
    ['#date(2024-01-01)', '#date(2024-01-01)'],
    ['#date(2024-13-01,2024-01-01)', '#date(2024-13-01,2024-01-01)'],
    ['#date(2024-01-01T00:00,2024-01-02)', '#date(2024-01-01T00:00,2024-01-02)'],
    ['#sequence(a)', '#sequence(a)'],
  ])('%j', (text, fault) => {
    const parts = split(text);
    expect(parts[0]).toMatchObject({ kind: 'fault', text: fault });
    // Nothing of the text is lost.
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });
});
