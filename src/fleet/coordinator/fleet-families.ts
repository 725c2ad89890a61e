import { defineFamilies, withSamples } from '../../metrics/define-families.ts';
import type { Family, Sample } from '../../metrics/family.ts';
import { validityFamilies } from '../../validity/families.ts';
import type { Validity } from '../../validity/finding.ts';
import type { FleetMember } from './fleet-member.ts';

interface FleetState {
  readonly members: readonly FleetMember[];
  readonly silenceOf: (member: FleetMember) => number;
}

const buildFamilies = defineFamilies<FleetState>([
  {
    name: 'loadbot_fleet_agents',
    type: 'gauge',
    help: 'Agents of the run by state: active or lost.',
    read: ({ members }) => {
      const lost = members.filter(({ isLost }) => isLost).length;
      return [sample({ state: 'active' }, members.length - lost), sample({ state: 'lost' }, lost)];
    },
  },
  {
    name: 'loadbot_fleet_silence_seconds',
    type: 'gauge',
    help: 'Time since the last message of the agent that was silent longest.',
    read: ({ members, silenceOf }) => [sample({}, highestOf(members.map((member) => silenceOf(member) / 1000)))],
  },
  {
    name: 'loadbot_fleet_clock_bound_seconds',
    type: 'gauge',
    help: 'Bound of the error of the common start: the highest of all agents.',
    read: ({ members }) => [sample({}, highestOf(members.map(({ health }) => (health?.clockBoundMs ?? 0) / 1000)))],
  },
]);

/** Families of a fleet's run, without the label `agent`, which is that of the coordinator. */
export function fleetFamilies(
  runId: string,
  validity: Validity,
  members: readonly FleetMember[],
  silenceOf: (member: FleetMember) => number,
): readonly Family[] {
  return [...validityFamilies(runId, validity, undefined), ...withSamples(buildFamilies([{ members, silenceOf }]))];
}

function sample(labels: Sample['labels'], value: number): Sample {
  return { suffix: '', labels, value };
}

function highestOf(values: readonly number[]): number {
  return Math.max(0, ...values);
}
