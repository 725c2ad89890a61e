import { asObject, type ConfigObject, innerStepsOf, nameOfStep, stepEntriesOf, STEP_LISTS } from '../../entries.ts';

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
  /** Names that a step captures, or that a function's step returns as far as templates name them. */
  readonly captured: (step: ConfigObject) => readonly string[];
}

/** Returns the names after `#` that a scenario defines. */
export function scenarioNames(job: ConfigObject): ScenarioNames {
  const variables = Object.keys(asObject(job.fields['variables']) ?? {});
  return {
    always: [...variables.map((name) => `vars.${name}`), ...SCENARIO_VALUES],
    captured: ({ fields }) => {
      const step = String(nameOfStep(fields));
      const isFunction = fields['function'] !== undefined;
      const values = isFunction ? returnedValues(job.fields, step) : Object.keys(asObject(fields['capture']) ?? {});
      return values.map((name) => `${step}.${name}`);
    },
  };
}

/** Values of a function's step that the templates of its job name: only a call shows which ones it returns. */
export function returnedValues(job: object, step: string): readonly string[] {
  if (!/^\w+$/.test(step)) return [];
  const named = JSON.stringify(job).matchAll(new RegExp(`#(?:raw\\(\\s*#?)?${step}\\.(\\w+)`, 'g'));
  return [...new Set([...named].map(([, name = '']) => name))];
}

/** A place of a scenario's template, with the captured values that exist there. */
export interface StepPlace {
  readonly step: ConfigObject;
  readonly known: ReadonlySet<string>;
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
      const inner = innerStepsOf(step);
      if (inner[0] !== step) places.push({ step, known: new Set(here) });
      for (const one of inner) {
        places.push({ step: one, known: new Set(here) });
        for (const name of names.captured(one)) here.add(name);
      }
    }
    if (list === 'before') userNames = new Set(here);
  }
  return places;
}
