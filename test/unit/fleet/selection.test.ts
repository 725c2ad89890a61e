import { describe, expect, it } from 'vitest';
import { type AgentDemand, assignRanks, selectAgents } from '../../../src/fleet/coordinator/selection.ts';
import type { Hello } from '../../../src/fleet/wire/messages/hello.ts';

function agent(name: string, labels: Readonly<Record<string, string>> = {}, more: Partial<Hello> = {}): Hello {
  return {
    name,
    incarnation: `${name}-1`,
    version: '0.1.0',
    protocol: 1,
    host: name,
    cores: 1,
    threads: 1,
    drivers: [],
    labels,
    state: 'idle',
    run: null,
    sealKey: '',
    maxPayload: 1,
    ...more,
  };
}

const any = (count: number): AgentDemand => ({ count, label: undefined });
const labeled = (name: string, value: string, count: number): AgentDemand => ({ count, label: { name, value } });

function select(known: readonly Hello[], demands: readonly AgentDemand[]) {
  const { chosen, missing } = selectAgents(known, demands);
  return { chosen: chosen.map(({ name }) => name), missing };
}

describe('a selection', () => {
  it('takes idle agents by name, one of each host before a second one', () => {
    const known = [
      agent('d', {}, { host: 'h2' }),
      agent('a', {}, { host: 'h1' }),
      agent('b', {}, { host: 'h1' }),
      agent('c', {}, { state: 'busy' }),
    ];
    expect(select(known, [any(2)]).chosen).toEqual(['a', 'd']);
    expect(select(known, [any(3)]).chosen).toEqual(['a', 'b', 'd']);
    expect(select(known, [any(4)]).missing).toEqual([{ demand: any(4), found: 3 }]);
  });

  it.each([
    ['with a label first', [any(1), labeled('region', 'eu', 2)]],
    ['that others could take, too', [labeled('disk', 'ssd', 1), labeled('region', 'eu', 2)]],
    ['over several steps', [labeled('disk', 'ssd', 1), labeled('gpu', 'yes', 1), labeled('region', 'eu', 1)]],
  ])('gives each demand its agents, those %s', (_, demands) => {
    const known = [
      agent('a', { region: 'eu', disk: 'ssd', gpu: 'yes' }),
      agent('b', { region: 'eu' }),
      agent('c', { disk: 'ssd', gpu: 'yes' }),
    ];
    expect(select(known, demands)).toEqual({ chosen: ['a', 'b', 'c'], missing: [] });
  });

  it('names the demands that lack agents', () => {
    const known = [agent('a', { region: 'eu', disk: 'ssd' }), agent('b', { region: 'us' })];
    const demands = [labeled('disk', 'ssd', 1), labeled('region', 'eu', 1), labeled('region', 'asia', 2)];
    expect(select(known, demands)).toEqual({
      chosen: ['a'],
      missing: [
        { demand: demands[1], found: 0 },
        { demand: demands[2], found: 0 },
      ],
    });
  });

  it('takes no more than it needs', () => {
    const known = ['a', 'b', 'c', 'd'].map((name) => agent(name, { region: 'eu', disk: 'ssd' }));
    expect(select(known, [labeled('region', 'eu', 2), labeled('disk', 'ssd', 1)]).chosen).toEqual(['a', 'b', 'c']);
  });
});

it('ranks go to the first threads of all agents first', () => {
  expect(assignRanks([1, 3, 2])).toEqual([[0], [1, 3, 5], [2, 4]]);
});
