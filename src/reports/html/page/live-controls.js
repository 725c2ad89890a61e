import { element } from './theme.js';
import { askAgent, keepToken } from './live-stream.js';

/** Creates a button. @param {string} text @param {string} className @param {() => void} act */
export function actionButton(text, className, act) {
  const button = element('button', className, text);
  button.type = 'button';
  button.addEventListener('click', act);
  return button;
}

/**
 * Makes the button that stops a run, with a dialog that asks again.
 * @param {(text: string, isError: boolean) => void} report
 */
export function makeStopButton(report) {
  /** @param {object} body @param {string} done */
  const stop = async (body, done) => {
    dialog.close();
    const { status, data } = await askAgent('stop', body).catch(() => ({ status: 0, data: undefined }));
    if (status === 202) report(done, false);
    else report(`The run was not stopped: ${data?.error ?? 'no answer'}`, true);
  };
  const title = element('h2', '', 'Stop the run?');
  title.id = 'stop-title';
  const dialog = element(
    'dialog',
    '',
    title,
    element(
      'p',
      'note',
      'No more requests start. Requests in flight may finish, or are aborted with Stop now; results are reported and metrics delivered.',
    ),
    element(
      'p',
      'actions',
      actionButton('Stop', 'action danger', () => void stop({}, 'Stopping: requests in flight may finish.')),
      actionButton(
        'Stop now',
        'action danger',
        () => void stop({ drain_seconds: 0 }, 'Stopping: requests in flight are aborted.'),
      ),
      actionButton('Continue the run', 'action', () => dialog.close()),
    ),
  );
  dialog.setAttribute('aria-labelledby', title.id);
  document.body.append(dialog);
  return actionButton('Stop', 'action danger', () => dialog.showModal());
}

/** Problems of a workload, as a list. @param {any} refusal */
function problemList({ error, hint, problems = [] }) {
  const items = problems.map((/** @type {any} */ one) => {
    const where = one.path === undefined ? [] : [element('code', '', one.path), ' '];
    const how = one.hint === undefined ? [] : [element('small', '', ` ${one.hint}`)];
    return element('li', '', ...where, one.message, ...how);
  });
  const list = items.length === 0 ? [] : [element('ul', 'problems', ...items)];
  return [element('p', 'bad', error), ...(hint === undefined ? [] : [element('p', 'note', hint)]), ...list];
}

/** Stands for the answer of an agent that cannot be reached. */
const NO_ANSWER = { status: 0, data: { error: 'the agent does not answer' } };

/** Makes the form that starts a run of the configured workload, or of a pasted one. */
export function makeStartForm() {
  const answer = element('div', 'answer');
  answer.setAttribute('role', 'status');
  const input = element('textarea', '');
  input.rows = 8;
  input.spellcheck = false;
  input.id = 'workload-text';
  const label = element('label', '', 'Workload, as JSON with comments or as YAML; empty: the configured one');
  label.htmlFor = input.id;
  const form = element('form', 'start', label, input);
  const button = element('button', 'action', 'Start');
  form.append(element('p', 'actions', button), answer);
  const start = async () => {
    button.disabled = true;
    answer.replaceChildren('Reading the workload…');
    const text = input.value.trim();
    const { status, data } = await askAgent('start', text === '' ? {} : { text }).catch(() => NO_ANSWER);
    button.disabled = false;
    answer.replaceChildren(...(status === 202 ? [`Started run ${data.run_id}.`] : problemList(data)));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void start();
  });
  return form;
}

/** Makes the form for the token of an agent that needs one. */
export function makeTokenForm() {
  const input = element('input', '');
  input.type = 'password';
  input.id = 'token';
  input.autocomplete = 'off';
  input.required = true;
  const label = element('label', '', 'Token of the agent');
  label.htmlFor = input.id;
  const button = element('button', 'action', 'Connect');
  const form = element('form', 'start', label, input, element('p', 'actions', button));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keepToken(input.value.trim());
    location.reload();
  });
  return form;
}

/** Makes links to the report of a run that has ended; the process may be gone. @param {string} html @param {string | undefined} name */
export function reportLinks(html, name = 'run') {
  const url = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const open = element('a', '', 'Open the report');
  Object.assign(open, { href: url, target: '_blank', id: 'report-link' });
  const save = element('a', '', 'Save it');
  Object.assign(save, { href: url, download: `${name}.html` });
  return element('p', 'links', open, save);
}
