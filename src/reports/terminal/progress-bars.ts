import { Writable } from 'node:stream';
import { MultiBar } from 'cli-progress';
import { jobKey, type Snapshot } from '../../recorder/snapshot.ts';
import { hasFinished, isRunning, overallProgress, intervalProgress } from './job-progress.ts';
import { ProgressRows } from './progress-row.ts';
import { jobTitle } from '../phrases/notes.ts';
import type { Reporter } from '../report.ts';
import type { Terminal } from './terminal.ts';

const CLEAR_TO_RIGHT = '\u001b[K';
/** Terminal rows reserved for the lines above the bars. */
const ROWS_KEPT = 4;

/**
 * Live progress table. Rows of running jobs are at the bottom and show the last second; the row of an ended job moves
 * above them and shows the whole job. Percentiles are response times for paced jobs, service times for others. Other
 * lines written to the screen appear above the live rows.
 */
export function progressBars(screen: Terminal): Reporter {
  const bars = new LiveRows(screen);
  const over = new Set<string>();
  let rows = new ProgressRows(screen, []);
  let before: Snapshot | undefined;

  const settle = ({ jobs }: Snapshot): void => {
    for (const job of jobs) {
      if (over.has(jobKey(job)) || !hasFinished(job)) continue;
      over.add(jobKey(job));
      screen.writeLine(rows.renderEnded(overallProgress(job, jobs), jobTitle(job, jobs)));
    }
  };
  const update = (snapshot: Snapshot): void => {
    const { jobs } = snapshot;
    settle(snapshot);
    bars.show(
      jobs.filter(isRunning).map((job) => {
        const progress = intervalProgress(before, snapshot, job);
        const name = jobTitle(job, jobs);
        return () => rows.renderRunning(progress, name);
      }),
    );
    before = snapshot;
  };
  return {
    begin: (first) => {
      const { jobs } = first;
      rows = new ProgressRows(
        screen,
        jobs.map((job) => jobTitle(job, jobs)),
      );
      bars.open();
      screen.writeLine(rows.renderTitles());
      update(first);
    },
    update,
    end: ({ final }) => {
      settle(final);
      bars.close();
    },
  };
}

/** Block of rows that is redrawn in place. */
class LiveRows {
  readonly #screen: Terminal;
  readonly #bars: MultiBar;
  #rows: readonly (() => string)[] = [];
  readonly #drawn: ReturnType<MultiBar['create']>[] = [];
  #restoreLines: (() => void) | undefined;

  constructor(screen: Terminal) {
    this.#screen = screen;
    this.#bars = new MultiBar({
      stream: terminalStream(screen),
      format: (_options, _params, row: { index: number }) => this.#rows[row.index]?.() ?? '',
      clearOnComplete: true,
      // An unchanged row may have moved down because of a line inserted above.
      forceRedraw: true,
      // Rows already fit the terminal. Line wrapping and cursor stay unchanged, so that a killed process leaves a
      // usable terminal.
      linewrap: true,
      fps: 1,
    });
  }

  open(): void {
    this.#restoreLines = this.#screen.redirectLines((line) => {
      this.#bars.log(`${line}${CLEAR_TO_RIGHT}\n`);
      this.#bars.update();
    });
  }

  /** Replaces the rows; rows that exceed the terminal's height are only counted. */
  show(rows: readonly (() => string)[]): void {
    const room = Math.max(1, this.#screen.rows - ROWS_KEPT);
    const more = `and ${rows.length - room + 1} more`;
    this.#rows = rows.length > room ? [...rows.slice(0, room - 1), () => more] : rows;
    while (this.#drawn.length < this.#rows.length) {
      this.#drawn.push(this.#bars.create(1, 0, { index: this.#drawn.length }));
    }
    while (this.#drawn.length > this.#rows.length) this.#bars.remove(this.#drawn.pop()!); // it is not empty
    this.#bars.update();
  }

  close(): void {
    this.#bars.stop();
    this.#restoreLines?.();
  }
}

/**
 * Stream that the library treats as a terminal; very wide, because the library counts color codes as columns and would
 * truncate.
 */
function terminalStream(screen: Terminal): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      screen.write(text);
      done();
    },
  });
  return Object.assign(stream, { isTTY: true, columns: 10_000 });
}
