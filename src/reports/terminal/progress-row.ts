import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf, formatMs, formatRate } from '../../shared/units.ts';
import type { JobProgress } from './job-progress.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight, widthOf } from './text-width.ts';

const NUMBERS = [
  { title: 'rate', columns: 10 },
  { title: 'p50', columns: 8 },
  { title: 'p99', columns: 8 },
  { title: 'errors', columns: 8 },
] as const;
/** Columns that are dropped in a narrow terminal, in this order. */
const DROP_ORDER = ['p50', 'p99', 'rate'] as const;
const POSITION = 7;
/** Columns left free because a terminal writes the ^C of an interrupt after the last row. `Terminal` keeps one more. */
const RESERVED_COLUMNS = 1;
/** Minimum and maximum width of name and bar together. */
const MIN_WIDTH = 24;
const MAX_WIDTH = 80;
const LONGEST_NAME = 28;

type Title = (typeof NUMBERS)[number]['title'];

/** Column widths of a row. */
interface Layout {
  readonly name: number;
  readonly bar: number;
  readonly hidden: ReadonlySet<Title>;
}

function layoutOf(columns: number): Layout {
  const hidden = new Set<Title>();
  const free = (): number =>
    NUMBERS.reduce(
      (room, number) => room - (hidden.has(number.title) ? 0 : number.columns),
      columns - POSITION - RESERVED_COLUMNS,
    );
  for (const title of DROP_ORDER) if (free() < MIN_WIDTH) hidden.add(title);
  const room = Math.max(MIN_WIDTH / 2, Math.min(free(), MAX_WIDTH));
  const name = Math.min(LONGEST_NAME, Math.floor(room / 2));
  return { name, bar: room - name - 1, hidden };
}

/** Renders the header row. */
export function renderTitles(screen: Terminal): string {
  const { name, bar, hidden } = layoutOf(screen.columns);
  const titles = NUMBERS.map(({ title, columns }) => (hidden.has(title) ? '' : alignRight(title, columns)));
  return screen.style('dim', `${alignLeft('job', name)} ${alignLeft('', bar + POSITION)}${titles.join('')}`);
}

/** Renders a running job: `reads    ██████░░░░  61%   812.0/s  1.23ms  5.10ms  12`. */
export function renderRunning(progress: JobProgress, screen: Terminal): string {
  const { job, fraction } = progress;
  if (job.status === 'warm_up') return renderRow(progress, screen, (room) => alignLeft('warming up', room), '');
  if (fraction === undefined) {
    return renderRow(progress, screen, (room) => alignLeft('until stopped', room), formatMs(job.elapsedMs));
  }
  return renderRow(progress, screen, (room) => renderBar(fraction, room), `${Math.floor(fraction * 100)}%`);
}

/** Renders an ended job: status and requests replace the bar, the duration replaces the percentage. */
export function renderEnded(progress: JobProgress, screen: Terminal): string {
  const { job } = progress;
  const requests = formatCount(progress.requests);
  const long = job.status === 'completed' ? formatCountOf(progress.requests, 'request') : `${job.status}, ${requests}`;
  const did = (room: number): string => alignLeft(widthOf(long) > room ? requests : long, room);
  return renderRow(progress, screen, did, formatMs(job.elapsedMs));
}

function renderRow(
  { job, rate, p50Ms, p99Ms, errors }: JobProgress,
  screen: Terminal,
  renderMiddle: (room: number) => string,
  position: string,
): string {
  const { name, bar, hidden } = layoutOf(screen.columns);
  const texts: Readonly<Record<Title, string>> = {
    rate: formatRate(rate ?? NaN),
    p50: formatMs(p50Ms ?? NaN),
    p99: formatMs(p99Ms ?? NaN),
    errors: formatCount(errors),
  };
  const numbers = NUMBERS.map(({ title, columns }) => {
    if (hidden.has(title)) return '';
    const cell = alignRight(texts[title], columns);
    return title === 'errors' && errors > 0 ? screen.style('red', cell) : cell;
  });
  return [
    screen.style('bold', alignLeft(sanitizeForTerminal(job.name), name)),
    ' ',
    renderMiddle(bar),
    alignRight(position, POSITION),
    ...numbers,
  ].join('');
}

function renderBar(fraction: number, room: number): string {
  const full = Math.floor(fraction * room);
  return '█'.repeat(full) + '░'.repeat(room - full);
}
