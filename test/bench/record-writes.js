// Loaded by `--import` into each process and thread of an agent: records when it writes the first request of each path,
// just before the system call, in milliseconds of the machine's monotonic clock. BENCH_WRITES is the file that gets a line of
// path and time for each, after the start that is measured.
import { appendFile } from 'node:fs';
import { Socket } from 'node:net';

const FILE = process.env['BENCH_WRITES'];
const AFTER_MS = 100;

/**
 * @typedef {(this: Socket, chunk: unknown, encoding: BufferEncoding, done: (error?: Error | null) => void) => void} Write
 */

if (FILE !== undefined) {
  /** @type {{ _write: Write }} */
  const prototype = Socket.prototype;
  const { _write: write } = prototype;
  prototype._write = function recordWrite(chunk, encoding, done) {
    const nowMs = Number(process.hrtime.bigint()) / 1e6;
    const [, path] = /^GET (\/\d+) /.exec(String(chunk)) ?? [];
    if (path !== undefined) setTimeout(() => appendFile(FILE, `${path} ${nowMs}\n`, () => {}), AFTER_MS);
    write.call(this, chunk, encoding, done);
  };
}
