import { actionButton } from './live-controls.js';
import { askAgent } from './live-stream.js';
import { element } from './theme.js';

/** @import { ShadedSpan } from '../charts/chart.ts' */

const UNIT_SECONDS = { s: 1, m: 60, h: 3600 };

/**
 * Reads a pace: `500/s`, `6000/m`, `500`, or `x2`; `undefined` for any other text.
 * @param {string} text
 */
function readPace(text) {
  const factor = /^x\s*(\d+(?:\.\d+)?)$/.exec(text.trim())?.[1];
  if (factor !== undefined) return { factor: Number(factor) };
  const [, count, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(text.trim()) ?? [];
  if (count === undefined) return undefined;
  return { rate: Number(count) / UNIT_SECONDS[/** @type {keyof typeof UNIT_SECONDS} */ (unit)] };
}

/** A text field with its label and the button of its form. @param {string} id @param {string} name @param {string} example */
function fieldForm(id, name, example) {
  const input = element('input', '');
  Object.assign(input, { id, placeholder: example, autocomplete: 'off', required: true, size: 9 });
  const label = element('label', '', name);
  label.htmlFor = id;
  return { input, form: element('form', 'steer', label, input, element('button', 'action', 'Set')) };
}

/** Controls that change the load of a run while it goes on. */
export class SteeringControls {
  /** @type {(text: string, isError: boolean) => void} */
  #report;
  #pause = actionButton('Pause', 'action', () => void this.#send('pause', {}, 'Paused: no more requests start.'));
  #resume = actionButton('Resume', 'action', () => void this.#send('resume', {}, 'Resumed.'));
  #pace = fieldForm('set-pace', 'Pace', '500/s or x2');
  #connections = fieldForm('set-connections', 'Connections', '20');
  #jobs = element('select', '');
  #label = element('label', '', 'Job');
  #form = element('details', 'steering', element('summary', '', 'Change the load'));

  /** @param {(text: string, isError: boolean) => void} report */
  constructor(report) {
    this.#report = report;
    this.#jobs.id = 'steered-job';
    this.#label.htmlFor = this.#jobs.id;
    this.#form.append(this.#label, this.#jobs, this.#pace.form, this.#connections.form);
    this.#pace.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#pace.input.value;
      const pace = readPace(text);
      if (pace === undefined)
        this.#report(`${text} is not a pace: set a rate such as 500/s, or a factor such as x2.`, true);
      else void this.#send('pace', { ...pace, job: this.#jobs.value }, `Pace set to ${text.trim()}.`);
    });
    this.#connections.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#connections.input.value.trim();
      const body = { connections: Number(text), job: this.#jobs.value };
      void this.#send('connections', body, `Connections set to ${text}.`);
    });
  }

  /** The elements, in their order. */
  get elements() {
    return [this.#pause, this.#resume, this.#form];
  }

  /** Shows the controls that apply. @param {any} status @param {boolean} isConnected */
  show(status, isConnected) {
    this.#pause.hidden = !isConnected || status.state !== 'running';
    this.#resume.hidden = !isConnected || status.state !== 'paused';
    const isActive = isConnected && (status.state === 'running' || status.state === 'paused');
    const running = status.jobs.filter((/** @type {any} */ job) => /^(warm_up|in_progress)$/.test(job.status));
    const names = /** @type {string[]} */ ([...new Set(running.map((/** @type {any} */ job) => job.name))]);
    this.#form.hidden = !isActive || names.length === 0;
    this.#label.hidden = this.#jobs.hidden = names.length < 2;
    const known = [...this.#jobs.options].map(({ value }) => value);
    // Not while the user chooses from the same ones.
    if (known.join('\n') !== names.join('\n')) this.#jobs.replaceChildren(...names.map((name) => new Option(name)));
  }

  /** @param {string} path @param {object} body @param {string} done */
  async #send(path, body, done) {
    const { status, data } = await askAgent(path, body).catch(() => ({ status: 0, data: undefined }));
    const hint = data?.hint === undefined ? '' : ` (${data.hint})`;
    if (status === 202) this.#report(done, false);
    else this.#report(`The load was not changed: ${data?.error ?? 'no answer'}${hint}`, true);
  }
}

/**
 * Pauses and other changes of the load, to mark in the charts.
 * @param {any[]} changes
 * @param {number} endSeconds
 * @returns {ShadedSpan[]}
 */
export function changeSpans(changes, endSeconds) {
  const kind = 'change';
  /** @type {ShadedSpan[]} */
  const spans = [];
  let from = -1;
  for (const { kind: change, job, to, at_seconds: at } of changes) {
    if (to !== null) spans.push({ name: `${change} of ${job}: ${to}`, kind, from: at, to: at });
    else if (change === 'pause') from = at;
    else if (from >= 0) {
      spans.push({ name: 'paused', kind, from, to: at });
      from = -1;
    }
  }
  return from < 0 ? spans : [...spans, { name: 'paused', kind, from, to: Math.max(from, endSeconds) }];
}
