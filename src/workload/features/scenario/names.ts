import { asObject, type ConfigObject, requestsInStep, stepEntriesOf, STEP_LISTS } from '../../entries.ts';

/** Values of every scenario. */
export const SCENARIO_VALUES: readonly string[] = [
  'each.item',
  'each.index',
  'user.number',
  'user.iteration',
  'iteration.number',
];

/** The values that the steps of a scenario can name, in the order in which they exist. */
export interface ScenarioNames {
  /** Names that exist in every step. */
  readonly always: readonly string[];
  /** Names that a request's step captures. */
  readonly captured: (step: ConfigObject) => readonly string[];
}

/** Returns the names after `#` that a scenario defines. */
export function scenarioNames(job: ConfigObject): ScenarioNames {
  const variables = Object.keys(asObject(job.fields['variables']) ?? {});
  return {
    always: [...variables.map((name) => `vars.${name}`), ...SCENARIO_VALUES],
    captured: ({ fields }) =>
      Object.keys(asObject(fields['capture']) ?? {}).map((name) => `${String(fields['name'])}.${name}`),
  };
}

/** A place of a scenario's template, with the captured values that exist there. */
export interface StepPlace {
  readonly step: ConfigObject;
  readonly known: ReadonlySet<string>;
  /** Whether it is a request; otherwise a group or branches. */
  readonly isRequest: boolean;
}

/** Lists the steps of a scenario with the names that exist before each. */
export function placesOf(job: ConfigObject): readonly StepPlace[] {
  const names = scenarioNames(job);
  const places: StepPlace[] = [];
  const known = new Set(names.always);
  let userNames: ReadonlySet<string> = known;
  for (const list of STEP_LISTS) {
    // `after` belongs to the user: it knows the values of `before` alone.
    const here = list === 'after' ? new Set(userNames) : known;
    for (const step of stepEntriesOf(job, list)) {
      const requests = requestsInStep(step);
      const isRequest = requests.length === 1 && requests[0] === step;
      if (!isRequest) places.push({ step, known: new Set(here), isRequest: false });
      for (const request of requests) {
        places.push({ step: request, known: new Set(here), isRequest: true });
        for (const name of names.captured(request)) here.add(name);
      }
    }
    if (list === 'before') userNames = new Set(here);
  }
  return places;
}
