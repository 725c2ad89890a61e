import { applyFlags, effectiveWorkload } from '../../../src/workload/apply-flags.ts';
import { expect, test } from 'vitest';
import { workloadSchema } from '../../../src/workload/schema.ts';
import { type FlagName, FLAGS, flagRows, type PlanOverrides } from '../../../src/workload/flags.ts';
import { ParsedTexts } from '../../../src/workload/parsed-texts.ts';
import { expandText } from '../../../src/workload/variables.ts';
import { failureOf, line } from './loading.ts';
import { plan } from './planning.ts';

const MINIMAL = {
  connection_string: 'embedded:',
  agent: { grafana: { url: 'http://g' }, labels: { of: 'file' } },
  jobs: [{ type: 'sleep', duration: '1s' }],
};
/** Values of flags whose schema refuses `x`. */
const EXAMPLES: PlanOverrides = { connection_string: 'http://h', label: ['a=b'], metrics_export_url: ['http://h/x'] };

function apply(overrides: PlanOverrides) {
  const problems: string[] = [];
  const report = (place: unknown, message: string): void => void problems.push(`${String(place)} ${message}`);
  const expand = (text: string) => expandText(text, {});
  return {
    ...applyFlags({ file: workloadSchema.parse(MINIMAL), texts: new ParsedTexts(), expand }, overrides, report),
    problems,
  };
}

function valueAt(holder: unknown, field: string): unknown {
  return field.split('.').reduce((at, key) => (Object(at) as Record<string, unknown>)[key], holder);
}

const ROWS = flagRows();
const FIELDS = ROWS.flatMap(([name, { field, ...flag }]) => (field === undefined ? [] : [{ name, field, ...flag }]));

function given(name: FlagName): PlanOverrides {
  return { [name]: EXAMPLES[name] ?? { text: 'x', number: 7, list: [], switch: true }[FLAGS[name].kind] };
}

test.each(ROWS)('--%s has an argument unless it is a switch', (_, { kind, argument }) => {
  expect(argument === undefined).toBe(kind === 'switch');
});

test.each(ROWS.filter(([, { kind }]) => kind === 'number'))(
  '--%s is checked by the schema of its field',
  async (name) => {
    const error = await failureOf(plan(MINIMAL, { overrides: { [name]: 'x' } }));
    expect(error.problems.map(line)).toEqual([expect.stringMatching(new RegExp(`^ --${name}: must be .*it is "x"`))]);
  },
);

test.each(FIELDS)('--$name is shown as $field of the effective workload', ({ name, field }) => {
  expect(valueAt(effectiveWorkload(MINIMAL, given(name)), field)).toBeDefined();
});

test.each(FIELDS.filter(({ variable }) => variable === undefined))(
  '--$name plans like $field of the file, and reports its errors under the name of the flag',
  ({ name, field, merged }) => {
    const { file, placeOf, problems } = apply(given(name));
    expect(problems).toEqual([]);
    const asWritten = workloadSchema.parse(effectiveWorkload(MINIMAL, given(name)));
    expect(valueAt(file, field)).toEqual(valueAt(asWritten, field));
    expect(placeOf([...field.split('.'), ...(merged ? ['a'] : [])])).toBe(`--${name}`);
    expect(placeOf(['agent', 'other'])).toEqual(['agent', 'other']);
  },
);
