import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandText } from '../../../src/workload/environment.ts';

const env = { TOKEN: 'se#cret', EMPTY: '', HOST: 'example.com' };

describe('expandText', () => {
  test.each([
    ['plain', 'plain'],
    ['Bearer ${TOKEN}', 'Bearer se#cret'],
    ['http://${HOST}:80/${TOKEN}', 'http://example.com:80/se#cret'],
    ['a${EMPTY}b', 'ab'],
    ['$${TOKEN}', '${TOKEN}'],
    ['$TOKEN $5 {x}', '$TOKEN $5 {x}'],
    ['$$${TOKEN}', '$${TOKEN}'],
  ])('%j becomes %j', (text, expanded) => {
    expect(expandText(text, env)).toEqual({ text: expanded, faults: [] });
  });

  test('a missing variable is named and left as it stands', () => {
    expect(expandText('x ${NOPE} ${TOKEN}', env)).toEqual({
      text: 'x ${NOPE} se#cret',
      faults: [{ message: 'the environment variable NOPE is not set', hint: 'set it, or write $${ for a literal ${' }],
    });
  });

  test.each(['constructor', '__proto__', 'toString'])('%s is no variable', (name) => {
    const message = `the environment variable ${name} is not set`;
    expect(expandText(`\${${name}}`, env, (value) => value.trim())).toMatchObject({ faults: [{ message }] });
  });

  test.each(['${}', '${A-B}', '${TOKEN', '${TOKEN:-x}', '${ TOKEN }'])(
    '%j is not how a variable is written',
    (text) => {
      expect(expandText(text, env).faults).toEqual([
        { message: 'a variable is written ${NAME}', hint: 'write $${ for a literal ${' },
      ]);
    },
  );

  test('what a variable holds is not expanded again', () => {
    expect(expandText('${A}', { A: '${B}', B: 'x' }).text).toBe('${B}');
  });

  test('escaping brings back any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(
          expandText(
            text.replaceAll('${', () => '$${'),
            {},
          ),
        ).toEqual({ text, faults: [] });
      }),
    );
  });
});
