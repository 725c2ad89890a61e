import { Writable } from 'node:stream';
import { MultiBar } from 'cli-progress';
import { jobKey, type JobSnapshot, type Snapshot } from '../recorder/snapshot.ts';
import { isOver, isRunning, progressOverall, progressSince } from './job-progress.ts';
import { renderOver, renderRunning, renderTitles } from './progress-row.ts';
import type { Report } from './report.ts';
import type { Screen } from './screen.ts';

const CLEAR_TO_RIGHT = '\u001b[K';
/** Rows of the terminal that the bars leave to the lines above them. */
const ROWS_KEPT = 4;

/**
 * A table that grows: the rows of running jobs are live, at the bottom, and tell of the last second; the row of a job that
 * is over stays above them and tells of the whole job. Percentiles are of the response time for paced jobs, of the service
 * time for the others. Lines written to the screen meanwhile appear above the live rows.
 */
export function progressBars(screen: Screen): Report {
  const bars = new LiveRows(screen);
  const over = new Set<string>();
  let before: Snapshot | undefined;

  const settle = (job: JobSnapshot): void => {
    if (over.has(jobKey(job)) || !isOver(job)) return;
    over.add(jobKey(job));
    screen.writeLine(renderOver(progressOverall(job), screen));
  };
  const update = (snapshot: Snapshot): void => {
    snapshot.jobs.forEach(settle);
    bars.show(
      snapshot.jobs.filter(isRunning).map((job) => {
        const progress = progressSince(before, snapshot, job);
        return () => renderRunning(progress, screen);
      }),
    );
    before = snapshot;
  };
  return {
    begin: (first) => {
      bars.open();
      screen.writeLine(renderTitles(screen));
      update(first);
    },
    update,
    end: (result) => {
      result.final.jobs.forEach(settle);
      bars.close();
    },
  };
}

/** A block of rows that is drawn again and again in the same place. */
class LiveRows {
  readonly #screen: Screen;
  readonly #bars: MultiBar;
  #rows: readonly (() => string)[] = [];
  readonly #drawn: ReturnType<MultiBar['create']>[] = [];
  #giveBack: (() => void) | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#bars = new MultiBar({
      stream: terminalStream(screen),
      format: (_options, _params, row: { index: number }) => this.#rows[row.index]?.() ?? '',
      clearOnComplete: true,
      // A row may be the same as before and yet have moved down, because a line came in above it.
      forceRedraw: true,
      // Rows fit the terminal by themselves. Line wrapping and the cursor stay as they are, so that a process that is
      // killed leaves a usable terminal behind.
      linewrap: true,
      fps: 1,
    });
  }

  open(): void {
    this.#giveBack = this.#screen.divertLines((line) => {
      this.#bars.log(`${line}${CLEAR_TO_RIGHT}\n`);
      this.#bars.update();
    });
  }

  /** Draws these rows in place of those before; what does not fit into the terminal's height is only counted. */
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
    this.#giveBack?.();
  }
}

/** What the library takes for a terminal: so wide that it cuts nothing, because it would count colors as columns. */
function terminalStream(screen: Screen): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      screen.write(text);
      done();
    },
  });
  return Object.assign(stream, { isTTY: true, columns: 10_000 });
}
