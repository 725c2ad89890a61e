import { Agent } from '../../../src/agent/agent.ts';
import { VirtualClock } from '../../virtual-clock.ts';

type Dependencies = ConstructorParameters<typeof Agent>[0];

/** An agent that opens no run. */
export function testAgent(changes: Partial<Dependencies> = {}): Agent {
  return new Agent({
    name: 'a',
    plan: () => Promise.reject(new Error('planned')),
    check: () => Promise.resolve(),
    open: () => Promise.reject(new Error('opened')),
    reports: () => [],
    clock: new VirtualClock(),
    log: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} },
    build: { version: '0.0.0', commit: '', builtAt: '' },
    debug: { on: false },
    ...changes,
  });
}
