import type { Family, Sample } from './family.ts';

/** What the agent tells about itself. */
interface AgentState {
  readonly debug: boolean;
  /** Jobs that left early. */
  readonly evicted: number;
}

/** Families about the agent's own work. */
export function agentFamilies(agent: string, { debug, evicted }: AgentState): readonly Family[] {
  const one = (value: number): readonly Sample[] => [{ suffix: '', labels: { agent }, value }];
  return [
    {
      name: 'loadbot_debug',
      type: 'gauge',
      help: '1 while the agent tells more about its work than it usually does.',
      samples: one(Number(debug)),
    },
    {
      name: 'loadbot_evicted_jobs_total',
      type: 'counter',
      help: 'Ended jobs whose series had to leave before their time, because there were too many.',
      samples: one(evicted),
    },
  ];
}

/** Families that come from elsewhere, with the label `agent`. */
export function withAgent(families: readonly Family[], agent: string): readonly Family[] {
  return families.map(({ name, type, help, samples }) => {
    const ofAgent = samples.map(({ suffix, labels, value }) => ({ suffix, labels: { ...labels, agent }, value }));
    return { name, type, help, samples: ofAgent };
  });
}
