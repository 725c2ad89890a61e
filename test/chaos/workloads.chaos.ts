import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { planText } from '../../src/planning/plan-workload.ts';
import { LoadbotError } from '../../src/shared/errors.ts';
import { mutate, seededRandom } from '../mutation/mutate.ts';
import { SECONDS, SEED } from './seed.ts';

const FOLDER = fileURLToPath(new URL('../../workloads', import.meta.url));
const TEXTS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.jsonc'))
  .map((name) => readFileSync(join(FOLDER, name)));
/** One workload may take so long to be refused, on a machine that does other things too. */
const MAX_MS = 5000;

/** Values that stand where others should. */
const ODD = [
  null,
  true,
  -1,
  0,
  1e308,
  '',
  ' ',
  '#',
  '#int(',
  '${',
  '1h',
  '-5s',
  [],
  {},
  [[]],
  { a: 1 },
  '\u0000',
  '__proto__',
];

/** Replaces, removes or doubles something of a JSON value, at any depth. */
function mutateJson(value: unknown, random: () => number): unknown {
  if (random() < 0.15 || typeof value !== 'object' || value === null) return ODD[Math.floor(random() * ODD.length)];
  const entries = Object.entries(value);
  const at = Math.floor(random() * entries.length);
  const [key, inner] = entries[at] ?? ['a', 1];
  const lot = random();
  if (lot < 0.1) entries.splice(at, 1);
  else if (lot < 0.2) entries.push([`${key}${lot < 0.15 ? '' : 's'}`, inner]);
  else entries[at] = [key, mutateJson(inner, random)];
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

test(
  `plans a damaged workload or refuses it with its position, seed ${SEED}`,
  { timeout: 60_000 + SECONDS * 2000 },
  async () => {
    const random = seededRandom(SEED);
    const untilMs = performance.now() + SECONDS * 1000;
    let tried = 0;
    let planned = 0;
    const documents = await Promise.all(
      TEXTS.map(async (text) => (await import('jsonc-parser')).parse(text.toString()) as unknown),
    );
    while (performance.now() < untilMs) {
      const which = Math.floor(random() * TEXTS.length);
      let document = documents[which];
      for (let times = 1 + Math.floor(random() * 3); times > 0; times--) document = mutateJson(document, random);
      const text = random() < 0.3 ? mutate(TEXTS[which]!, random).toString() : JSON.stringify(document);
      const startMs = performance.now();
      const failure = await planText({ source: 'chaos.jsonc', text }, {}, { env: {} }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) planned++;
      else if (!(failure instanceof LoadbotError) || failure.code === 'internal') {
        throw new Error(`seed ${SEED}, workload ${tried}: ${text.slice(0, 2000)}`, { cause: failure });
      }
      expect(performance.now() - startMs, text).toBeLessThan(MAX_MS);
      tried++;
    }
    console.log(`seed ${SEED}: ${tried} workloads, ${planned} of them were planned`);
    expect(tried).toBeGreaterThan(planned);
  },
);
