#!/usr/bin/env node
// The least that requests take on Node's sockets: connections that write one request after the response to the one before,
// into a shared read buffer, with nothing parsed or recorded. With a pace, one timer of 1 ms sends all due requests, over the
// connections in turn.
//
//   node test/bench/bare-loop.js http://127.0.0.1:8080 50 8 [requests per second]
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

const [url = '', connections = '50', seconds = '8', pace = '0'] = process.argv.slice(2);
const { hostname: host, host: authority, port, protocol } = new URL(url);
/** Connections that are dialled at a time: fewer than the queue of a server holds. */
const DIALS = 500;
const REQUEST = `GET / HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
const PACE = Number(pace);

const sharedBuffer = Buffer.alloc(65_536);
/** @type {import('node:net').Socket[]} */
const sockets = [];
let responses = 0;
let opened = 0;
const end = performance.now() + Number(seconds) * 1000;

for (let started = 0; started < Math.min(DIALS, Number(connections)); started++) open();

function open() {
  const onResponse = () => {
    responses++;
    if (PACE > 0) return true;
    if (performance.now() < end) socket.write(REQUEST, 'latin1');
    else finish();
    return true;
  };
  // Types of Node have no `onread` for TLS, which it takes.
  const options = {
    host,
    port: Number(port),
    rejectUnauthorized: false,
    onread: { buffer: sharedBuffer, callback: onResponse },
  };
  const socket = protocol === 'https:' ? connectTls(options) : connect(options);
  socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    socket.setNoDelay(true);
    if (++opened + DIALS <= Number(connections)) open();
    if (PACE === 0) socket.write(REQUEST, 'latin1');
    else if (opened === Number(connections)) send(performance.now());
  });
  sockets.push(socket);
}

/** @param {number} began */
function send(began) {
  let sent = 0;
  const tick = () => {
    const now = performance.now();
    const due = Math.floor(((Math.min(now, end) - began) * PACE) / 1000);
    while (sent < due) sockets[sent++ % sockets.length]?.write(REQUEST, 'latin1');
    if (now < end) setTimeout(tick, 1);
    else setTimeout(finish, 100);
  };
  tick();
}

function finish() {
  console.log(`${responses} responses`);
  process.exit();
}
