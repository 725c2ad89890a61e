import { formatElapsed, formatValue } from './format.js';
import { part } from './live-fill.js';
import { actionButton } from './live-controls.js';
import { verdictOf } from './live-state.js';
import { askAgent, fetchFromAgent, hasToken } from './live-stream.js';
import { element } from './theme.js';

/** Runs of a comparison. */
const PAIR = 2;

/** The past runs of an agent: their numbers, reports and results, and the comparison of two. */
export class PastRuns {
  #isOffered = false;
  /** The newest first. @type {any[]} */
  #runs = [];
  /** Ids of the chosen runs, in the order of their choice. @type {string[]} */
  #chosen = [];
  /** Number of times that the list was fetched. */
  #refreshes = 0;
  #compare = actionButton('Compare', 'action', () => void this.#showComparison());
  #answer = element('div', 'answer');

  /** Shows them, if the agent has their routes. @param {Record<string, unknown> | undefined} paths */
  open(paths) {
    this.#isOffered = paths?.['/runs'] !== undefined;
    if (!this.#isOffered) return;
    this.#answer.setAttribute('role', 'status');
    part('runs').append(element('p', 'actions', this.#compare), this.#answer);
    document.addEventListener('visibilitychange', () => void this.refresh());
    void this.refresh();
  }

  /** Fetches the list again: a run has ended. */
  async refresh() {
    if (!this.#isOffered || document.hidden) return;
    const refresh = ++this.#refreshes;
    const { status, data } = await askAgent('runs').catch(() => ({ status: 0, data: undefined }));
    // The answer to an older request may arrive later.
    if (status !== 200 || refresh !== this.#refreshes) return;
    this.#runs = data.runs;
    this.#chosen = this.#chosen.filter((id) => this.#runs.some(({ run_id: known }) => known === id));
    this.#draw();
  }

  #draw() {
    part('runs').hidden = this.#runs.length === 0;
    const body = part('runs').querySelector('tbody');
    body?.replaceChildren(...this.#runs.map((run) => this.#row(run)));
    this.#settle();
  }

  /** @param {any} run */
  #row(run) {
    const box = element('input', 'choice');
    box.type = 'checkbox';
    box.value = run.run_id;
    box.checked = this.#chosen.includes(run.run_id);
    box.addEventListener('change', () => this.#choose(run.run_id, box.checked));
    const name = `${run.workload}, ${run.run_id.slice(0, 8)}`;
    box.setAttribute('aria-label', `compare ${name}`);
    const started = element('time', '', clockOf(run.started_at));
    started.dateTime = run.started_at;
    const { tone, title } = verdictOf(run);
    const numbers = [
      formatElapsed(Math.round(run.elapsed_seconds)),
      formatValue(run.requests, 'count'),
      run.rate === null ? '–' : formatValue(run.rate, 'rate'),
      run.p99_seconds === null ? '–' : formatValue(run.p99_seconds, 'seconds'),
    ];
    const id = encodeURIComponent(run.run_id);
    const links = element(
      'td',
      'words',
      agentLink('report', `runs/report?run=${id}`, 'text/html', name),
      ' ',
      agentLink('JSON', `runs/result?run=${id}`, 'application/json', name),
    );
    return element(
      'tr',
      '',
      element('td', '', box),
      element('th', '', started),
      element('td', 'words', run.workload, ' ', element('small', '', run.run_id.slice(0, 8))),
      element('td', `state ${tone}`, title),
      ...numbers.map((text) => element('td', 'numbers', text)),
      element('td', run.errors > 0 ? 'numbers bad' : 'numbers', formatValue(run.errors, 'count')),
      links,
    );
  }

  /** Chooses a run; of three, the first choice is dropped. @param {string} id @param {boolean} isChosen */
  #choose(id, isChosen) {
    this.#chosen = this.#chosen.filter((one) => one !== id);
    if (isChosen) this.#chosen = [...this.#chosen, id].slice(-PAIR);
    this.#settle();
  }

  #settle() {
    for (const box of part('runs').querySelectorAll('input')) box.checked = this.#chosen.includes(box.value);
    this.#compare.disabled = this.#chosen.length !== PAIR;
    this.#compare.textContent = this.#compare.disabled ? 'Choose two runs to compare' : 'Compare the two runs';
  }

  /** Shows the comparison as the agent renders it; the older run is the baseline. */
  async #showComparison() {
    const [current, baseline] = this.#runs.filter(({ run_id: id }) => this.#chosen.includes(id));
    if (current === undefined || baseline === undefined) return;
    this.#answer.replaceChildren('Comparing…');
    const ids = `baseline=${encodeURIComponent(baseline.run_id)}&current=${encodeURIComponent(current.run_id)}`;
    const path = `runs/comparison?${ids}&format=html`;
    const response = await fetchFromAgent(path).catch(() => undefined);
    if (response?.ok !== true) {
      const refusal = await response?.json().catch(() => undefined);
      this.#answer.replaceChildren(element('p', 'bad', refusal?.error ?? 'the agent does not answer'));
      return;
    }
    // Without scripts; all texts in it are escaped.
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const title of page.querySelectorAll('h1')) title.remove();
    const shown = element('div', 'comparison', ...page.querySelectorAll('main > *'));
    shown.append(element('p', 'links', agentLink('Open the comparison', path, 'text/html', 'of the two runs')));
    this.#answer.replaceChildren(shown);
  }
}

/** Time of day and date of the reader. @param {string} iso */
function clockOf(iso) {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/**
 * A link to an answer of the agent. With a token it is fetched first: a link sends no headers.
 * @param {string} text
 * @param {string} path
 * @param {string} type
 * @param {string} subject
 */
function agentLink(text, path, type, subject) {
  const link = element('a', '', text);
  Object.assign(link, { href: path, target: '_blank', rel: 'noreferrer' });
  link.setAttribute('aria-label', `${text} ${subject}`);
  link.addEventListener('click', (event) => {
    if (!link.href.startsWith('blob:') && hasToken()) {
      event.preventDefault();
      void fetchFromAgent(path)
        .then((response) => response.blob())
        .then((blob) => {
          link.href = URL.createObjectURL(new Blob([blob], { type }));
          link.click();
        });
    }
  });
  return link;
}
