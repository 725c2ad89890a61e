import { formatElapsed, formatValue } from './format.js';
import { describeState, describeValidity } from './live-state.js';
import { LiveCharts, showJobCharts } from './live-charts.js';
import { fillSelect, fillTable, part } from './live-fill.js';
import { makeStartForm, makeStopButton, makeTokenForm, reportLinks } from './live-controls.js';
import { ErrorsByClass } from './live-errors.js';
import { showHealth } from './live-health.js';
import { showHistogram } from './live-histogram.js';
import { keyOfJob, LiveRun } from './live-run.js';
import { PastRuns } from './live-runs.js';
import { changeSpans, SteeringControls } from './live-steering.js';
import { showSources } from './live-sources.js';
import { askAgent, followEvents } from './live-stream.js';
import { agentRows, errorRows, eventItems, jobRows, thresholdRows } from './live-tables.js';
import { element } from './theme.js';

/** @import { ShadedSpan } from '../charts/chart.ts' */

/** Findings above the jobs. */
const MOST_FINDINGS = 3;

/** The live page: follows the control API and shows its run. */
class LivePage {
  #run = new LiveRun();
  /** @type {any} */
  #status;
  /** @type {'connected' | 'lost' | 'refused' | undefined} */
  #connection;
  /** Key of the job that the user picked. @type {string | undefined} */
  #picked;
  /** Key of the job whose charts are shown. @type {string | undefined} */
  #charted;
  /** @type {[number, number] | []} */
  #zoomed = [];
  #isScheduled = false;
  #canStart = false;
  #pastRuns = new PastRuns();
  #errors = new ErrorsByClass();
  /** Newest health of the agent. @type {any} */
  #health;
  #stop = makeStopButton((text, isError) => this.#report(text, isError));
  #steering = new SteeringControls((text, isError) => this.#report(text, isError));
  #charts = new LiveCharts(part('job-charts'), (from, to) => this.#zoom(from, to));
  #sourceCharts = new LiveCharts(part('source-charts'), (from, to) => this.#zoom(from, to));
  #chip = element('button', 'zoomed');

  open() {
    document.documentElement.classList.add('scripted');
    part('controls').append(this.#stop, ...this.#steering.elements);
    this.#chip.type = 'button';
    this.#chip.hidden = true;
    this.#chip.addEventListener('click', () => this.#zoom(-Infinity, Infinity));
    part('live').append(this.#chip);
    const select = part('job-select');
    select.addEventListener('change', () => this.#pick(/** @type {HTMLSelectElement} */ (select).value));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#charts.redraw();
      this.#sourceCharts.redraw();
    });
    this.#draw();
    void followEvents({
      onEvent: (name, data) => this.#receive(name, data),
      onConnection: (state) => {
        this.#connection = state;
        if (state === 'refused') part('answer').replaceChildren(makeTokenForm());
        this.#schedule();
      },
    });
    void askAgent('openapi.json').then(({ data }) => {
      this.#canStart = data?.paths?.['/start'] !== undefined;
      if (this.#canStart) part('start').append(makeStartForm());
      this.#pastRuns.open(data?.paths);
      this.#schedule();
    });
  }

  /** @param {string} name @param {any} data */
  #receive(name, data) {
    if (name === 'run' && this.#run.begin(data)) this.#reset();
    else if (name === 'status') this.#receiveStatus(data);
    else if (name === 'timeline') this.#run.addRows(data);
    else if (name === 'event') this.#run.addEvent(data);
    else if (name === 'phases') this.#run.phases = data;
    else if (name === 'source') this.#run.addSource(data);
    else if (name === 'histograms') this.#run.addHistograms(data);
    else if (name === 'agent') this.#health = data;
    else if (name === 'end') this.#run.ended = data;
    else if (name === 'report') part('answer').replaceChildren(reportLinks(data.html, this.#status?.workload));
    this.#schedule();
  }

  /** @param {any} status */
  #receiveStatus(status) {
    // The result of a run is stored by the time its agent is idle. A page that is behind may not have seen it running.
    const isOver = this.#status?.state !== 'idle' || this.#status.last_run?.run_id !== status.last_run?.run_id;
    if (status.state === 'idle' && isOver) void this.#pastRuns.refresh();
    this.#errors.add(status);
    this.#status = status;
  }

  #reset() {
    this.#picked = undefined;
    this.#charted = undefined;
    this.#errors.clear();
    this.#charts.clear();
    this.#sourceCharts.clear();
    part('answer').replaceChildren();
    this.#zoom(-Infinity, Infinity);
  }

  /** Draws once for all events that arrive together, and not while the page is hidden. */
  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  #draw() {
    this.#drawHeader();
    const status = this.#status;
    const hasJobs = status !== undefined && status.jobs.length > 0;
    if (hasJobs) {
      fillTable(
        'jobs',
        jobRows(status, this.#run, this.#charted, (key) => this.#pick(key)),
      );
      fillTable('thresholds', thresholdRows(status));
      fillTable('errors', errorRows(status));
      fillTable('agents', agentRows(status));
      this.#drawCharts(status.jobs, status.thresholds);
    }
    if (this.#health !== undefined) showHealth(this.#health);
    const items = eventItems(this.#run);
    part('event-list').replaceChildren(...items);
    part('events').hidden = items.length === 0;
    part('sources').hidden = this.#run.sources.size === 0;
    showSources(this.#sourceCharts, part('source-list'), this.#run, this.#zoomed.length > 0);
    part('start').hidden = !this.#canStart || (status?.state !== 'idle' && status !== undefined);
  }

  #drawHeader() {
    const { tone, title, detail } = describeState(this.#connection, this.#status, this.#run);
    const outcome = part('outcome');
    outcome.className = `outcome ${tone}`;
    const text = `${title} ${detail}`;
    if (outcome.textContent !== text)
      outcome.replaceChildren(element('strong', '', title), ' ', element('span', '', detail));
    const status = this.#status;
    if (status === undefined) return;
    part('workload').textContent = status.workload ?? this.#run.ended?.workload ?? `Agent ${status.agent}`;
    document.title = `${title} · ${part('workload').textContent} · loadbot-agent`;
    if (status.target !== null) part('target').textContent = status.target;
    const isConnected = this.#connection === 'connected';
    this.#stop.hidden = !(status.state === 'running' || status.state === 'paused') || !isConnected;
    this.#steering.show(status, isConnected);
    const { validity, jobs } = status;
    const findings = validity?.findings ?? [];
    const requests = jobs.reduce((/** @type {number} */ sum, /** @type {any} */ job) => sum + job.requests, 0);
    const errors = jobs.reduce((/** @type {number} */ sum, /** @type {any} */ job) => sum + job.errors, 0);
    const facts =
      jobs.length === 0
        ? [['agent', status.agent]]
        : [
            ['elapsed', formatElapsed(Math.floor(status.elapsed_seconds))],
            ['requests', formatValue(requests, 'count')],
            ['errors', formatValue(errors, 'count')],
            ['measurement', describeValidity(validity, this.#run)],
            ['agent', status.agent],
          ];
    // An idle agent keeps the facts of its last run.
    if (jobs.length > 0 || this.#run.id === undefined)
      part('facts').replaceChildren(
        ...facts.map(([name = '', value = '']) =>
          element('div', '', element('dt', '', name), element('dd', value === 'invalid' ? 'bad' : '', value)),
        ),
      );
    part('findings').replaceChildren(
      ...findings
        .slice(0, MOST_FINDINGS)
        .map((/** @type {any} */ { job, message, hint }) =>
          element(
            'li',
            '',
            ...(job === null ? [] : [element('b', '', job), ' ']),
            message.replaceAll('`', ''),
            element('small', '', ` ${hint.replaceAll('`', '')}`),
          ),
        ),
      ...(findings.length > MOST_FINDINGS
        ? [element('li', '', `and ${findings.length - MOST_FINDINGS} more: see the events`)]
        : []),
    );
  }

  /** @param {any[]} jobs @param {any[]} thresholds */
  #drawCharts(jobs, thresholds) {
    const active =
      jobs.findLast(({ status }) => status === 'in_progress') ?? jobs.findLast(({ requests }) => requests > 0);
    const shown = jobs.find((job) => keyOfJob(job) === (this.#picked ?? '')) ?? active ?? jobs[0];
    const key = keyOfJob(shown);
    if (key !== this.#charted) this.#charts.clear();
    this.#charted = key;
    fillSelect(jobs, key);
    const spans = this.#spans();
    const isFixed = this.#zoomed.length > 0;
    this.#charts.setRun(this.#run, spans);
    this.#sourceCharts.setRun(this.#run, spans);
    showJobCharts(this.#charts, shown, this.#run, thresholds, isFixed);
    this.#errors.show(this.#charts, shown, isFixed);
    showHistogram(this.#charts, shown, this.#run.histograms, isFixed);
    part('charts').hidden = false;
    part('no-charts').hidden = part('job-charts').childElementCount > 0;
  }

  /** @returns {ShadedSpan[]} */
  #spans() {
    const phases = this.#run.phases.flatMap(({ name, spans }) =>
      spans.map(([from, to]) => ({ name, kind: /** @type {'phase'} */ ('phase'), from, to })),
    );
    return [...phases, ...changeSpans(this.#status.changes, this.#status.elapsed_seconds)];
  }

  /** @param {string} key */
  #pick(key) {
    this.#picked = key;
    this.#schedule();
  }

  /** @param {number} from @param {number} to */
  #zoom(from, to) {
    this.#zoomed = Number.isFinite(from) ? [from, to] : [];
    this.#charts.zoom(...this.#zoomed);
    this.#sourceCharts.zoom(...this.#zoomed);
    this.#chip.hidden = this.#zoomed.length === 0;
    this.#chip.textContent = this.#chip.hidden ? '' : `${formatElapsed(from)} to ${formatElapsed(to)} · show all`;
  }

  /** @param {string} text @param {boolean} isError */
  #report(text, isError) {
    part('answer').replaceChildren(element('p', isError ? 'bad' : 'note', text));
  }
}

new LivePage().open();
