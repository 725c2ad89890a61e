import { listNames } from '../../../shared/text.ts';
import type { PathDiagnostic } from '../../diagnostics.ts';
import {
  asObject,
  type ConfigObject,
  feedersOf,
  functionStepsOf,
  innerStepsOf,
  jobsOf,
  nameOfStep,
  requestsInStep,
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
        STEP_LISTS.flatMap((list) => stepEntriesOf(job, list)).flatMap((step) => {
          const inner = innerStepsOf(step).filter((one) => one !== step && one.fields['function'] !== undefined);
          return [step, ...inner].flatMap(checkForm);
        }),
        checkHasRequest(job),
        checkNames(job, feeders),
        requestStepsOf(job).flatMap((step) => checkRequestSettings(step).concat(checkRepetition(step))),
        functionStepsOf(job).flatMap(checkRepetition),
      ),
    );
}

/** The numbers of a job are those of its requests. */
function checkHasRequest(job: ConfigObject): PathDiagnostic[] {
  const steps = stepEntriesOf(job, 'steps');
  if (steps.length === 0 || steps.flatMap(requestsInStep).length > 0) return [];
  const hint = 'add a step with a request, or move the functions to `before`';
  return [{ path: [...job.path, 'steps'], message: 'has only functions; a scenario sends at least one request', hint }];
}

/** A step is a request, a call of a function, a group, or branches. */
function checkForm(step: ConfigObject): PathDiagnostic[] {
  const { path, fields } = step;
  const forms = ['steps', 'one_of', 'function'].filter((name) => fields[name] !== undefined);
  const [form, other] = forms;
  if (form === undefined) return [];
  if (other === 'function') {
    const message = `\`${form}\` and \`function\` are both given; a step does one of the two`;
    return [{ path: [...path, other], part: 'key', message, hint: 'put the function into a step of its own' }];
  }
  if (other !== undefined) {
    const message = '`steps` and `one_of` are both given; a step is a group or a choice';
    return [{ path: [...path, 'one_of'], part: 'key', message, hint: 'put the branches into a step of the group' }];
  }
  return REQUEST.filter((name) => fields[name] !== undefined).map((name) => ({
    path: [...path, name],
    part: 'key',
    message: `\`${name}\` does not apply to a step with \`${form}\`, which has no request of its own`,
    hint: form === 'function' ? 'put it into a step with a request' : 'put it into the steps inside',
  }));
}

function checkNames(job: ConfigObject, feeders: ReadonlySet<unknown>): PathDiagnostic[] {
  const seen = new Set<unknown>();
  const hasTransaction = job.fields['transaction'] !== undefined;
  const steps = STEP_LISTS.flatMap((list) => stepEntriesOf(job, list).flatMap(innerStepsOf));
  return steps.flatMap(({ path, fields }): PathDiagnostic[] => {
    const { capture, function: called } = fields;
    const name = nameOfStep(fields);
    if (typeof name !== 'string') {
      return [{ path, message: '`name` is missing', hint: 'name the step: its metrics have the label step="name"' }];
    }
    const at = [...path, fields['name'] === undefined ? 'function' : 'name'];
    if (seen.has(name)) {
      return [
        { path: at, message: 'is the name of an earlier step of this job', hint: 'give each step a name of its own' },
      ];
    }
    seen.add(name);
    if (hasTransaction && OF_TRANSACTION.has(name)) {
      return [{ path: at, message: `\`${name}\` is a step of the transaction`, hint: 'choose another name' }];
    }
    if (capture === undefined && called === undefined) return [];
    if (!REFERABLE.test(name)) {
      if (fields['name'] === undefined) return []; // reported by the schema
      const form = called === undefined ? 'capture' : 'function';
      const message = `a step with \`${form}\` needs a name of letters, digits and _, for \`#name.value\``;
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
