import type { Hello } from '../wire/messages/hello.ts';

/** A number of agents, with a label or without. */
export interface AgentDemand {
  readonly count: number;
  /** Label that the agents must have; `undefined`: any agent. */
  readonly label: { readonly name: string; readonly value: string } | undefined;
}

/** Agents for a run, and what is missing. */
export interface AgentSelection {
  readonly chosen: readonly Hello[];
  /** Demands with too few idle agents. */
  readonly missing: readonly { readonly demand: AgentDemand; readonly found: number }[];
}

/**
 * Chooses idle agents: by name, one of each host before a second one of any. Demands with a label come first, since
 * others can take any agent.
 */
export function selectAgents(known: readonly Hello[], demands: readonly AgentDemand[]): AgentSelection {
  const idle = known.filter(({ state }) => state === 'idle');
  const free = new Set(overHosts(idle));
  const chosen: Hello[] = [];
  const missing: { demand: AgentDemand; found: number }[] = [];
  for (const demand of demands.toSorted((a, b) => Number(a.label === undefined) - Number(b.label === undefined))) {
    const taken = [...free].filter((hello) => matches(hello, demand)).slice(0, demand.count);
    for (const hello of taken) free.delete(hello);
    chosen.push(...taken);
    if (taken.length < demand.count) missing.push({ demand, found: taken.length });
  }
  return { chosen: chosen.toSorted(byName), missing };
}

/**
 * Assigns ranks to load threads: the first thread of each agent, then the second of each that has one, and so on, so
 * that few connections are spread over all agents.
 * @param threads of each agent
 */
export function assignRanks(threads: readonly number[]): readonly (readonly number[])[] {
  const ranks: number[][] = threads.map(() => []);
  let rank = 0;
  for (let round = 0; round < Math.max(0, ...threads); round++) {
    for (const [agent, count] of threads.entries()) if (round < count) ranks[agent]?.push(rank++);
  }
  return ranks;
}

function matches({ labels }: Hello, { label }: AgentDemand): boolean {
  return label === undefined || labels[label.name] === label.value;
}

/** Orders agents so that each host comes once before any comes twice. */
function overHosts(agents: readonly Hello[]): readonly Hello[] {
  const seen = new Map<string, number>();
  return agents
    .toSorted(byName)
    .map((hello) => {
      const round = seen.get(hello.host) ?? 0;
      seen.set(hello.host, round + 1);
      return { hello, round };
    })
    .toSorted((a, b) => a.round - b.round)
    .map(({ hello }) => hello);
}

function byName(a: Hello, b: Hello): number {
  return a.name < b.name ? -1 : 1;
}
