import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/*
 * A network in the memory of the thread: sockets without a kernel, a clock without time. Everything happens in the same
 * order in each run, so that instructions can be counted.
 */

/**
 * @typedef {object} Peer a server that answers the requests of a client
 * @property {(text: string, into: Buffer) => number} answer returns the length of the answer to all requests in a text
 */

const HTTP1 = Buffer.from(
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Type: text/plain\r\n' +
    'Content-Length: 13\r\nConnection: keep-alive\r\n\r\nhello, world\n',
);

/** A server that answers each request without a body. @type {Peer} */
const http1Peer = { answer: (_text, into) => HTTP1.copy(into) };

const HEAD_BYTES = 9;
const PREFACE_BYTES = 24;
const [HEADERS, SETTINGS] = [1, 4];
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]);

/** @param {number} index of a name in the static table @param {string} value */
const field = (index, value) => Buffer.from(`\x0f${String.fromCharCode(index - 15, value.length)}${value}`, 'latin1');
const BLOCK = Buffer.concat([Buffer.from([0x88]), field(54, 'nginx'), field(31, 'text/plain'), field(28, '13')]);
const HTTP2 = Buffer.concat([
  Buffer.from([0, 0, BLOCK.length, HEADERS, 4, 0, 0, 0, 0]),
  BLOCK,
  Buffer.from([0, 0, 13, 0, 1, 0, 0, 0, 0]),
  Buffer.from('hello, world\n'),
]);
const DATA_AT = HEAD_BYTES + BLOCK.length;

/** An HTTP/2 server that answers each HEADERS frame. @type {Peer} */
const http2Peer = {
  answer(text, into) {
    let length = 0;
    let at = 0;
    if (text.startsWith('PRI')) {
      at = PREFACE_BYTES;
      length = EMPTY_SETTINGS.copy(into);
    }
    while (at < text.length) {
      const bytes = (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
      if (text.charCodeAt(at + 3) === HEADERS) {
        HTTP2.copy(into, length);
        for (let n = 5; n < HEAD_BYTES; n++) into[length + n] = into[length + DATA_AT + n] = text.charCodeAt(at + n);
        length += HTTP2.length;
      }
      at += HEAD_BYTES + bytes;
    }
    return length;
  },
};

/** Sockets with something to answer, in order. @type {FakeSocket[]} */
let waiting = [];

class FakeSocket extends EventEmitter {
  /** @type {{ buffer: Buffer, callback: (bytes: number, buffer: Buffer) => void }} */
  #onread;
  #text = '';
  #isHttp2 = false;
  readable = true;
  writable = true;
  readableLength = 0;
  writableLength = 0;
  destroyed = false;
  closed = false;
  errored = null;

  /** @param {any} options */
  constructor({ onread }) {
    super();
    this.#onread = onread;
  }

  connect() {
    setImmediate(() => this.emit('connect'));
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  read() {
    return null;
  }

  cork() {}

  uncork() {}

  /** @param {string | Buffer} data @param {unknown[]} others encoding and callback */
  write(data, ...others) {
    if (this.#text === '') waiting.push(this);
    this.#text += typeof data === 'string' ? data : data.toString('latin1');
    const sent = others.at(-1);
    if (typeof sent === 'function') sent();
    return true;
  }

  /** @param {string | Buffer} data @param {string} _encoding @param {() => void} sent */
  _write(data, _encoding, sent) {
    this.write(data);
    sent();
  }

  /** Answers the requests that were written. */
  answer() {
    const text = this.#text;
    this.#text = '';
    if (this.destroyed) return;
    this.#isHttp2 ||= text.startsWith('PRI');
    const { buffer, callback } = this.#onread;
    const length = (this.#isHttp2 ? http2Peer : http1Peer).answer(text, buffer);
    if (length > 0) callback(length, buffer);
  }

  destroy() {
    if (this.destroyed) return this;
    this.destroyed = this.closed = true;
    this.readable = this.writable = false;
    setImmediate(() => this.emit('close'));
    return this;
  }
}

/** Replaces the sockets of this process; modules that are loaded afterwards get these. */
export function replaceSockets() {
  const connect = (/** @type {object} */ options) => new FakeSocket(options).connect();
  Object.assign(net, { connect, Socket: FakeSocket });
  syncBuiltinESMExports();
}

/** Answers all requests that were written so far. @returns whether there was something */
export function answerAll() {
  const sockets = waiting;
  waiting = [];
  for (const socket of sockets) socket.answer();
  return sockets.length > 0;
}

/** A clock whose time passes when it is read, and when nothing else is left to do. */
export class SteppedClock {
  #ms = 1000;
  /** @type {{ dueMs: number, fire: () => void }[]} */
  #timers = [];

  nowMs() {
    return (this.#ms += 0.0005);
  }

  epochMs() {
    return 1.7e12 + this.#ms;
  }

  /** @param {number} delayMs @param {() => void} fire */
  after(delayMs, fire) {
    const timer = { dueMs: this.#ms + Math.max(0, delayMs), fire };
    this.#timers.push(timer);
    return { cancel: () => this.#remove(timer) };
  }

  /** Goes on to the next timer, and fires it. */
  advance() {
    let next = this.#timers[0];
    if (next === undefined) return;
    for (const timer of this.#timers) if (timer.dueMs < next.dueMs) next = timer;
    this.#remove(next);
    this.#ms = Math.max(this.#ms, next.dueMs);
    next.fire();
  }

  /** @param {{ dueMs: number, fire: () => void }} timer */
  #remove(timer) {
    const at = this.#timers.indexOf(timer);
    if (at !== -1) this.#timers.splice(at, 1);
  }
}
