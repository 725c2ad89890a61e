import { nounOf } from '../../shared/job-parts.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf, formatMs, formatRate } from '../../shared/units.ts';
import { describeTime, type JobProgress } from './job-progress.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight, fitNames, widthOf } from './text-width.ts';

/** Columns in their order, with the position of the job first: percentage, then elapsed and total time. */
const COLUMNS = [
  { title: '', columns: 7 },
  { title: 'time', columns: 15 },
  { title: 'rate', columns: 10 },
  { title: 'p50', columns: 8 },
  { title: 'p99', columns: 8 },
  { title: 'errors', columns: 8 },
] as const;
type Title = (typeof COLUMNS)[number]['title'];

/** Columns by importance: a narrow terminal shows the first ones only. */
const BY_IMPORTANCE: readonly Title[] = ['', 'errors', 'p99', 'rate', 'time', 'p50'];
/** Columns left free because a terminal writes the ^C of an interrupt after the last row. `Terminal` keeps one more. */
const RESERVED_COLUMNS = 1;
/** Width that names get before further columns. */
const MIN_NAME = 10;
const MIN_BAR = 8;
const MAX_BAR = 32;

/** Column widths of a row; a bar of 0 columns is not shown. */
interface Layout {
  readonly name: number;
  readonly bar: number;
  readonly shown: ReadonlySet<Title>;
  readonly names: ReadonlyMap<string, string>;
}

/** Renders the rows of a progress table. */
export class ProgressRows {
  readonly #screen: Terminal;
  readonly #names: readonly string[];
  #layout: Layout | undefined;
  #columns: number | undefined;

  /** @param names of all jobs of the run, which share a column */
  constructor(screen: Terminal, names: readonly string[]) {
    this.#screen = screen;
    this.#names = names.map(sanitizeForTerminal);
  }

  /** Renders the header row. */
  renderTitles(): string {
    const { name, bar, shown } = this.#layoutNow();
    const titles = COLUMNS.filter(({ title }) => shown.has(title)).map(({ title, columns }) =>
      alignRight(title, columns),
    );
    return this.#screen.style('dim', `${alignLeft('job', name)}${' '.repeat(bar)}${titles.join('')}`);
  }

  /** Renders a running job: `reads    ██████░░░░  61%  6.1s / 10s  812.0/s  1.23ms  5.10ms  12`. */
  renderRunning(progress: JobProgress, name: string): string {
    const { job, fraction } = progress;
    if (job.status === 'warm_up')
      return this.#row(progress, name, 'warming up', this.#layoutNow().bar > 0 ? '' : 'warmup', '');
    const time = describeTime(job, fraction);
    if (fraction === undefined) return this.#row(progress, name, 'until stopped', '', time);
    return this.#row(progress, name, fraction, `${Math.floor(fraction * 100)}%`, time);
  }

  /** Renders an ended job: status and requests replace the bar, the duration replaces percentage and time. */
  renderEnded(progress: JobProgress, name: string): string {
    const { job } = progress;
    const { bar, shown } = this.#layoutNow();
    const requests = formatCount(progress.requests);
    const status = job.status === 'completed' ? [] : [`${job.status}, ${requests}`];
    const forms = [...status, formatCountOf(progress.requests, nounOf(job)), `${requests} ${nounOf(job).slice(0, 3)}`];
    const did = forms.find((form) => widthOf(form) < bar) ?? requests;
    const took = formatMs(job.elapsedMs);
    return this.#row(progress, name, did, shown.has('time') ? '' : took, took);
  }

  #row(progress: JobProgress, name: string, middle: string | number, position: string, time: string): string {
    const { rate, p50Ms, p99Ms, errors } = progress;
    const layout = this.#layoutNow();
    const texts: Readonly<Record<Title, string>> = {
      '': position,
      time,
      rate: formatRate(rate ?? NaN),
      p50: formatMs(p50Ms ?? NaN),
      p99: formatMs(p99Ms ?? NaN),
      errors: formatCount(errors),
    };
    const cells = COLUMNS.filter(({ title }) => layout.shown.has(title)).map(({ title, columns }) => {
      const cell = alignRight(texts[title], columns);
      return title === 'errors' && errors > 0 ? this.#screen.style('red', cell) : cell;
    });
    const shown = sanitizeForTerminal(name);
    return [
      this.#screen.style('bold', alignLeft(layout.names.get(shown) ?? shown, layout.name)),
      renderMiddle(middle, layout.bar),
      ...cells,
    ].join('');
  }

  #layoutNow(): Layout {
    const { columns } = this.#screen;
    if (this.#layout === undefined || this.#columns !== columns) {
      this.#layout = layoutOf(columns - RESERVED_COLUMNS, this.#names);
      this.#columns = columns;
    }
    return this.#layout;
  }
}

function layoutOf(columns: number, names: readonly string[]): Layout {
  const longest = Math.max(3, ...names.map(widthOf));
  let room = columns - Math.min(longest, MIN_NAME);
  const shown = new Set<Title>();
  for (const title of BY_IMPORTANCE) {
    const { columns: needed } = COLUMNS.find((column) => column.title === title) ?? { columns: 0 };
    if (needed > room) continue;
    shown.add(title);
    room -= needed;
  }
  const isWide = room > MIN_BAR;
  const spare = room - (isWide ? MIN_BAR + 1 : 0);
  const name = Math.min(longest, Math.max(1, Math.min(longest, MIN_NAME) + spare));
  const bar = isWide ? Math.min(MAX_BAR + 1, MIN_BAR + 1 + spare - (name - Math.min(longest, MIN_NAME))) : 0;
  return { name, bar, shown, names: fitNames(names, name) };
}

/** Renders a bar, or a text in its place, after a blank. */
function renderMiddle(middle: string | number, columns: number): string {
  if (columns === 0) return '';
  const room = columns - 1;
  if (typeof middle === 'string') return ` ${alignLeft(middle, room)}`;
  const full = Math.floor(middle * room);
  return ` ${'█'.repeat(full)}${'░'.repeat(room - full)}`;
}
