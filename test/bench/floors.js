#!/usr/bin/env node
// `npm run bench:floors`: processor time of a request beside that of a bare loop on Node's sockets, which a client on Node
// cannot save, and beside wrk or wrk2.
import { connectionRows } from './connection-rows.js';
import { has, MACHINE, median } from './machine.js';
import { startNginx } from './nginx.js';
import { pacedRows } from './paced-rows.js';
import { measureServed, whole } from './rows.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
/** Measures only the rows whose load contains it. */
const ONLY = process.env['BENCH_ONLY'] ?? '';

const nginx = await startNginx();
try {
  console.log(MACHINE);
  console.log(`requests per CPU-second, medians of ${ROUNDS} rounds; ratios to the peer are taken round by round`);
  const rows = [...connectionRows(nginx.url, nginx.secureUrl), ...pacedRows(nginx.url)].filter(
    ({ load, peer }) => load.includes(ONLY) && peer.startsWith('wrk'),
  );
  for (const row of rows) {
    if (has(row.peer)) await compare(row);
    else console.log(`\nnot on this machine: ${row.peer}, for ${row.load}`);
  }
} finally {
  await nginx.stop();
}

/** @param {import('./rows.js').Row} row */
async function compare({ load, peer, ours, peers, bare }) {
  const clients = [
    { name: 'loadbot-agent', argv: ours },
    ...(bare === undefined ? [] : [{ name: 'bare loop', argv: bare }]),
    { name: peer, argv: peers },
  ];
  const rounds = [];
  const invalid = new Set();
  for (let round = 0; round < ROUNDS; round++) {
    const figures = [];
    for (const { name, argv } of clients) {
      const { perCpuSecond, isInvalid } = await measureServed(argv(), nginx);
      figures.push(perCpuSecond);
      if (isInvalid) invalid.add(name);
    }
    rounds.push(figures);
  }
  console.log(`\n${load}`);
  for (const [index, { name }] of clients.entries()) {
    const values = rounds.map((figures) => figures[index] ?? NaN);
    const ratio = median(rounds.map((figures) => (figures[index] ?? NaN) / (figures.at(-1) ?? NaN)));
    console.log(
      `  ${name.padEnd(16)}${whole(median(values)).padStart(10)}${`${ratio.toFixed(2)} x`.padStart(10)}${invalid.has(name) ? '  invalid' : ''}`,
    );
  }
}
