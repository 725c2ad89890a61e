import { listNames } from '../../../shared/text.ts';
import type { PathDiagnostic } from '../../diagnostics.ts';
import {
  asObject,
  type ConfigObject,
  feedersOf,
  jobsOf,
  requestStepsOf,
  stepEntriesOf,
  STEP_LISTS,
} from '../../entries.ts';
import { checkRequestSettings } from '../mixed.ts';

/** Names that captures cannot have as a step: they are values of every scenario. */
const RESERVED: ReadonlySet<string> = new Set(['vars', 'each', 'user', 'iteration']);
/** Names that the begin and the end of a transaction have. */
const OF_TRANSACTION: ReadonlySet<string> = new Set(['begin', 'commit', 'rollback']);
const REFERABLE = /^[A-Za-z_]\w{0,63}$/;
/** Fields of a request, which a group of steps does not have. */
const REQUEST = [
  'http',
  'sql',
  'command',
  'filter',
  'keys',
  'data_size',
  'batch_size',
  'read_first',
  'scan_length',
  'expect',
  'stream',
  'max_body',
  'capture',
  'type',
];

/** Reports steps that contradict each other. */
export function checkScenarios(file: unknown): PathDiagnostic[] {
  const feeders = new Set(feedersOf(file).map(({ fields }) => fields['name']));
  return jobsOf(file)
    .filter(({ fields }) => fields['type'] === 'scenario')
    .flatMap((job) =>
      checkTransaction(job).concat(
        STEP_LISTS.flatMap((list) => stepEntriesOf(job, list)).flatMap(checkForm),
        checkNames(job, feeders),
        requestStepsOf(job).flatMap((step) => checkRequestSettings(step).concat(checkRepetition(step))),
      ),
    );
}

/** A step is a request, a group, or branches. */
function checkForm(step: ConfigObject): PathDiagnostic[] {
  const { path, fields } = step;
  const forms = ['steps', 'one_of'].filter((name) => fields[name] !== undefined);
  if (forms.length === 0) return [];
  if (forms.length === 2) {
    const message = '`steps` and `one_of` are both given; a step is a group or a choice';
    return [{ path: [...path, 'one_of'], part: 'key', message, hint: 'put the branches into a step of the group' }];
  }
  return REQUEST.filter((name) => fields[name] !== undefined).map((name) => ({
    path: [...path, name],
    part: 'key',
    message: `\`${name}\` does not apply to a step with \`${forms[0]}\`, which has no request of its own`,
    hint: 'put it into the steps inside',
  }));
}

function checkNames(job: ConfigObject, feeders: ReadonlySet<unknown>): PathDiagnostic[] {
  const seen = new Set<unknown>();
  const hasTransaction = job.fields['transaction'] !== undefined;
  return requestStepsOf(job).flatMap(({ path, fields: { name, capture } }): PathDiagnostic[] => {
    if (typeof name !== 'string') {
      return [{ path, message: '`name` is missing', hint: 'name the step: its metrics have the label step="name"' }];
    }
    const at = [...path, 'name'];
    if (seen.has(name)) {
      return [
        { path: at, message: 'is the name of an earlier step of this job', hint: 'give each step a name of its own' },
      ];
    }
    seen.add(name);
    if (hasTransaction && OF_TRANSACTION.has(name)) {
      return [{ path: at, message: `\`${name}\` is a step of the transaction`, hint: 'choose another name' }];
    }
    if (capture === undefined) return [];
    if (!REFERABLE.test(name)) {
      const message = 'a step with `capture` needs a name of letters, digits and _, for `#name.value`';
      return [{ path: at, message, hint: `such as ${JSON.stringify(name.replaceAll(/\W+/g, '_'))}` }];
    }
    if (RESERVED.has(name)) {
      const message = `\`${name}\` is reserved: ${listNames([...RESERVED].map((one) => `#${one}`))} are values of every scenario`;
      return [{ path: at, message, hint: 'choose another name' }];
    }
    return feeders.has(name)
      ? [{ path: at, message: `\`${name}\` is also the name of a feeder`, hint: 'choose another name' }]
      : [];
  });
}

function checkRepetition({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['repeat'] === undefined || fields['for_each'] === undefined) return [];
  const message = '`repeat` and `for_each` are both given; each repeats the step';
  return [{ path: [...path, 'repeat'], part: 'key', message, hint: 'keep one of the two' }];
}

function checkTransaction({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (asObject(fields['transaction']) === undefined || fields['on_error'] !== 'continue') return [];
  const message = '`continue` does not apply with `transaction`: a failed step rolls the transaction back';
  return [{ path: [...path, 'on_error'], message, hint: 'leave it out' }];
}
