/** Subjects of a fleet's messages. The number is that of their layout, not of the protocol. */
const ROOT = 'lb1';

/** Question to all agents of a pool. */
export function whoSubject(pool: string): string {
  return `${ROOT}.who.${tokenOf(pool)}`;
}

/** Commands to one agent. */
export function agentSubject(agent: string): string {
  return `${ROOT}.a.${tokenOf(agent)}`;
}

/** Messages of one agent to the coordinator of a run. */
export function upSubject(run: string, agent: string): string {
  return `${ROOT}.r.${tokenOf(run)}.up.${tokenOf(agent)}`;
}

/** Messages of all agents to the coordinator of a run. */
export function allUpsSubject(run: string): string {
  return `${ROOT}.r.${tokenOf(run)}.up.*`;
}

/** States for all agents of a run. */
export function edgeSubject(run: string): string {
  return `${ROOT}.r.${tokenOf(run)}.all`;
}

/** Questions of agents for the coordinator's clock. */
export function timeSubject(run: string): string {
  return `${ROOT}.r.${tokenOf(run)}.time`;
}

/** Last state of the coordinator or an agent of a run, for `collect`. */
export function stateSubject(run: string, agent?: string): string {
  return agent === undefined ? `${ROOT}.s.${tokenOf(run)}.run` : `${ROOT}.s.${tokenOf(run)}.agent.${tokenOf(agent)}`;
}

/** Common beginning of the last states of a run. */
export function statePrefix(run: string): string {
  return `${ROOT}.s.${tokenOf(run)}`;
}

/** Escapes a name as one token: bytes other than letters, digits, `_` and `-` become `=` and two hexadecimal digits. */
export function tokenOf(name: string): string {
  return Buffer.from(name)
    .toString('latin1')
    .replaceAll(/[^\w-]/g, (char) => `=${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}
