import type { Family, Sample } from './family.ts';

/** State of the agent that is exposed as metrics. */
interface AgentState {
  readonly debug: boolean;
  /** Number of ended jobs that were evicted before their retention time. */
  readonly evicted: number;
}

/** Builds the families about the agent itself. */
export function agentFamilies(agent: string, { debug, evicted }: AgentState): readonly Family[] {
  const one = (value: number): readonly Sample[] => [{ suffix: '', labels: { agent }, value }];
  return [
    {
      name: 'loadbot_debug',
      type: 'gauge',
      help: '1 while debug logging is on, else 0.',
      samples: one(Number(debug)),
    },
    {
      name: 'loadbot_evicted_jobs_total',
      type: 'counter',
      help: 'Ended jobs whose series were evicted early because the limit on ended jobs was reached.',
      samples: one(evicted),
    },
  ];
}

/** Adds the label `agent` to families of other sources. */
export function withAgent(families: readonly Family[], agent: string): readonly Family[] {
  return families.map(({ name, type, help, samples }) => {
    const ofAgent = samples.map(({ suffix, labels, value }) => ({ suffix, labels: { ...labels, agent }, value }));
    return { name, type, help, samples: ofAgent };
  });
}
