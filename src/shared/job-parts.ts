import { countsIterations } from './job-type.ts';

interface Part {
  readonly type: string;
}

/** Parts of jobs that count requests: all but the iterations of scenarios. */
export function requestParts<One extends Part>(parts: readonly One[]): readonly One[] {
  return parts.filter((part) => !countsIterations(part));
}

/** Parts of jobs that count iterations. */
export function iterationParts<One extends Part>(parts: readonly One[]): readonly One[] {
  return parts.filter(countsIterations);
}

/** Parts that the schedules of jobs start: iterations of scenarios, and requests of all other jobs. */
export function scheduledParts<One extends Part & { readonly uuid: string }>(parts: readonly One[]): readonly One[] {
  const scenarios = new Set(iterationParts(parts).map(({ uuid }) => uuid));
  return scenarios.size === 0 ? parts : parts.filter((part) => countsIterations(part) || !scenarios.has(part.uuid));
}

/** Noun for what a part counts. */
export function nounOf(part: Part): 'iteration' | 'request' {
  return countsIterations(part) ? 'iteration' : 'request';
}
