import { expect, test } from 'vitest';
import { problemsOf } from '../../loading.ts';

const withCapture = (capture: unknown): string =>
  JSON.stringify({
    connection_string: 'http://127.0.0.1:1',
    jobs: [
      {
        name: 'shop',
        type: 'scenario',
        operations: 1,
        steps: [
          { name: 'list', http: { path: '/' }, capture: { item: capture } },
          { name: 'item', http: { path: '/#list.item' } },
        ],
      },
    ],
  });

test.each([{ json: '$.items[*].id', pick: 'random' }, { regex: 'id=(\\d+)', pick: 'last' }, { header: 'location' }])(
  'accepts %j',
  async (capture) => {
    expect(await problemsOf(withCapture(capture))).toEqual([]);
  },
);

test('reports `pick` where there is one value, and unknown ones', async () => {
  const [alone] = await problemsOf(withCapture({ header: 'location', pick: 'random' }));
  expect(JSON.stringify(alone)).toContain('`pick` applies to `json` and `regex`: other sources have one value');
  const [unknown] = await problemsOf(withCapture({ json: '$.id', pick: 'any' }));
  expect(JSON.stringify(unknown)).toMatch(/capture\.item\.pick|pick/);
});
