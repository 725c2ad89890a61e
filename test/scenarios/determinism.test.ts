import { expect, onTestFinished, test } from 'vitest';
import { runWorkload, scratchFile } from '../e2e/agent.ts';
import { writeFileSync } from 'node:fs';
import { CountingServer } from '../e2e/counting-server.ts';

function workload(url: string, users: string): unknown {
  return {
    connection_string: url,
    feeders: [{ name: 'people', file: users }],
    jobs: [
      {
        name: 'varied',
        type: 'scenario',
        connections: 12,
        operations: 1500,
        variables: { color: '#pick(red,green,blue)', size: '#int(1,1000)', mail: '#email' },
        before: [{ name: 'arrive', http: { path: '/arrive?user=#user.number&name=#string(6)' } }],
        steps: [
          { name: 'open', http: { path: '/open?size=#vars.size&color=#vars.color&name=#people.name' } },
          { name: 'maybe', chance: 0.3, http: { path: '/maybe?iteration=#iteration.number&n=#int(1,100)' } },
          { name: 'page', repeat: '#int(2,4)', http: { path: '/page/#each.index?n=#int(1,100000)' } },
          {
            one_of: [
              { weight: 3, steps: [{ name: 'left', http: { path: '/left?color=#vars.color' } }] },
              {
                weight: 1,
                steps: [
                  {
                    name: 'right',
                    http: { method: 'POST', path: '/right', body: { mail: '#vars.mail', id: '#uuid' } },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}

test('the same seed sends the same requests on one thread and on four', async () => {
  const users = scratchFile('csv');
  writeFileSync(users, `name\n${Array.from({ length: 70 }, (_, row) => `person${row}`).join('\n')}\n`);
  const received = async (threads: string, seed: string): Promise<Readonly<Record<string, number>>> => {
    const server = await CountingServer.start();
    onTestFinished(() => server.stop());
    const flags = ['--threads', threads, '--seed', seed];
    const { status, stderr } = await runWorkload(workload(`http://${server.host}`, users), flags);
    expect(status, stderr).toBe(0);
    return server.counts();
  };
  const [one, four, again, other] = [
    await received('1', '42'),
    await received('4', '42'),
    await received('4', '42'),
    await received('4', '43'),
  ];
  expect(Object.keys(one).length).toBeGreaterThan(4000);
  expect(four).toEqual(one);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  const sum = (prefix: string): number =>
    Object.entries(one).reduce((total, [key, count]) => total + (key.includes(prefix) ? count : 0), 0);
  expect(sum('/open?')).toBe(1500);
  expect(sum('/arrive?')).toBe(12);
  expect(sum('/left') + sum('/right')).toBe(1500);
  // Within four standard deviations of the expected share.
  expect(Math.abs(sum('/maybe') - 450)).toBeLessThan(71);
  expect(Math.abs(sum('/left') - 1125)).toBeLessThan(68);
  expect(Math.abs(sum('/page') - 4500)).toBeLessThan(127);
});
