import type { Hello } from '../wire/messages/hello.ts';

/** A number of agents, with a label or without. */
export interface AgentDemand {
  readonly count: number;
  /** Label that the agents must have; `undefined`: any agent. */
  readonly label: { readonly name: string; readonly value: string } | undefined;
}

/** Agents for a run, and unmet demands. */
export interface AgentSelection {
  readonly chosen: readonly Hello[];
  /** Demands with too few idle agents. */
  readonly missing: readonly { readonly demand: AgentDemand; readonly found: number }[];
}

/**
 * Chooses idle agents: by name, one of each host before a second one of any. Demands with a label come first, since
 * others can take any agent. An agent that several demands could take goes to the one that lacks it, so that a demand is
 * missing agents only if there are too few.
 */
export function selectAgents(known: readonly Hello[], demands: readonly AgentDemand[]): AgentSelection {
  const idle = overHosts(known.filter(({ state }) => state === 'idle'));
  const ordered = demands.toSorted((a, b) => Number(a.label === undefined) - Number(b.label === undefined));
  const takers = new Map<Hello, AgentDemand>();
  const found = ordered.map((demand) => {
    const free = idle.filter((hello) => !takers.has(hello) && matches(hello, demand)).slice(0, demand.count);
    for (const hello of free) takers.set(hello, demand);
    let count = free.length;
    while (count < demand.count && takeFor(demand, idle, takers, new Set())) count++;
    return { demand, found: count };
  });
  const missing = found.filter(({ demand, found: count }) => count < demand.count);
  return { chosen: [...takers.keys()].toSorted(byName), missing };
}

/**
 * Takes one more agent for a demand; if all that match are taken, another demand gives one up for an agent that is free.
 * Returns whether there was one.
 * @param asked demands that have been asked to give one up
 */
function takeFor(
  demand: AgentDemand,
  idle: readonly Hello[],
  takers: Map<Hello, AgentDemand>,
  asked: Set<AgentDemand>,
): boolean {
  asked.add(demand);
  const matching = idle.filter((hello) => matches(hello, demand));
  const taken =
    matching.find((hello) => !takers.has(hello)) ??
    matching.find((hello) => {
      const taker = takers.get(hello);
      return taker !== undefined && !asked.has(taker) && takeFor(taker, idle, takers, asked);
    });
  if (taken !== undefined) takers.set(taken, demand);
  return taken !== undefined;
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
