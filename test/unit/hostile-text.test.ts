import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseAgentUri } from '../../src/agent/agent-uri.ts';
import { readRefusal } from '../../src/agent/control-client.ts';
import { parseConnectionString } from '../../src/workload/features/connection-string.ts';
import { DURATION, POSITIVE_DURATION, RATE, SIZE } from '../../src/workload/values.ts';
import { expandText } from '../../src/workload/variables.ts';
import { parsePushUrl } from '../../src/workload/features/push-targets/push-url.ts';
import { databaseCredentialsFault, parseHttpUrl } from '../../src/workload/http-url.ts';
import { ParsedTexts } from '../../src/workload/parsed-texts.ts';
import { parseJsonc } from '../../src/workload/read/parse-jsonc.ts';
import { parseYaml } from '../../src/workload/read/parse-yaml.ts';
import { BoundsExceeded } from '../../src/workload/read/value-bounds.ts';
import { redactWorkload, secretsOfWorkload } from '../../src/workload/redact.ts';
import {
  parseSourceThreshold,
  parseExpectation,
  parseThreshold,
} from '../../src/workload/features/thresholds/expression.ts';
import { compilePattern } from '../../src/conditions/pattern.ts';
import { parseCondition } from '../../src/conditions/parse.ts';
import { LoadbotError } from '../../src/shared/errors.ts';
import { firstLine } from '../../src/shared/secrets.ts';
import { findBeyondJsonBounds } from '../../src/shared/json.ts';
import { encodeTarget, percentEncode } from '../../src/shared/percent-encode.ts';
import { sanitizeForTerminal, shorten } from '../../src/shared/text.ts';
import { redactUrl } from '../../src/shared/redact.ts';
import { redactSecrets, redactWords, secretsInText } from '../../src/shared/secret-text.ts';
import { splitTemplate } from '../../src/templates/split-template.ts';
import { decodeUserinfo, splitUserinfo } from '../../src/shared/network/userinfo.ts';
import { INCOMPLETE, ResponseReader } from '../../src/drivers/http/response-reader.ts';
import { parseRetryAfter } from '../../src/exporters/push/send.ts';
import { applyFlags } from '../../src/workload/apply-flags.ts';
import { environmentProxy } from '../../src/workload/features/connection.ts';
import { readCsv } from '../../src/workload/features/feeders/csv.ts';
import { readNdjson } from '../../src/workload/features/feeders/ndjson.ts';
import { parseResultDocument } from '../../src/reports/document/parse-result-document.ts';
import { NameFilter } from '../../src/sources/parse/name-filter.ts';
import { ExpositionParser } from '../../src/sources/parse/exposition-parser.ts';
import { parseLabels, SeriesCatalog } from '../../src/sources/parse/series-catalog.ts';
import { problemsOf } from './workload/loading.ts';

/** Sizes of the inputs in characters, each four times the one before. */
const SIZES = [512, 2048, 8192, 32_768, 131_072] as const;
/** Growth of work from one size to the next: 4 for linear work, 16 for quadratic. */
const MOST_GROWTH = 10;
/** Processor time below which growth is not measured, in microseconds. */
const FLOOR_US = 60_000;
/** Repetitions of a measurement that looks superlinear, of which the least counts. */
const ATTEMPTS = 5;

const many = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

/** Hostile texts by name, each of about a given size. */
const TEXTS: Readonly<Record<string, (size: number) => string>> = {
  ...Object.fromEntries(
    '.[]{}()"\'\\ #$%&/:;,=@?~|*+-<>_\n\t\r\0a0é'
      .split('')
      .map((character) => [JSON.stringify(character), (size: number) => many(character, size)]),
  ),
  surrogates: (size) => many('\uD800', size),
  pairs: (size) => many('\u{1F600}', size),
  'open and closed': (size) => '['.repeat(size / 2) + ']'.repeat(size / 2),
  'open objects': (size) => many('{"a":', size),
  'tags without end': (size) => many('#string(', size),
  'tag of dots': (size) => `#${many('a.', size)}`,
  variables: (size) => many('${A', size),
  'variables in variables': (size) => many('${A}${', size),
  schemes: (size) => many('http://', size),
  userinfo: (size) => `http://${many('a:b@', size)}h/`,
  'path of slashes': (size) => `http://h${many('/a', size)}`,
  query: (size) => `http://h/?${many('a=b&', size)}`,
  'secret names': (size) => many('password', size),
  'secret names and blanks': (size) => many('password    ', size),
  'identified by': (size) => many('identified with ', size),
  'quoted secrets': (size) => many("password='a' ", size),
  'AUTH words': (size) => many('AUTH ', size),
  terms: (size) => `a==1${many(' and a==1', size)}`,
  'nots and brackets': (size) => many('not (', size),
  'selectors without end': (size) => many('a{b=~"', size),
  'nested quantifiers': (size) => `a{b=~"${many('(a+)+', size)}"} > 1`,
  labels: (size) => `a{${many('b="c",', size)}} 1\n`,
  'escapes in labels': (size) => `a{b="${many('\\\\', size)}"} 1\n`,
  exemplars: (size) => `a 1 # {${many('b="c",', size)}} 1\n`,
  comments: (size) => many('# HELP a b\n', size),
  durations: (size) => many('1h', size),
  digits: (size) => `${many('9', size)}ms`,
  'csv of quotes': (size) => `a,b\n"${many('""', size)}`,
  'csv of commas': (size) => `a,b\n${many(',', size)}\n`,
  'csv of rows': (size) => `a,b\n${many('1,2\n', size)}`,
  ndjson: (size) => many('{"a":1}\n', size),
  'ndjson of brackets': (size) => `{"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}\n`,
  'HTTP head of names': (size) => `HTTP/1.1 200 OK\r\n${many('a: b\r\n', size)}\r\n`,
  'HTTP head of blanks': (size) => `HTTP/1.1 200 OK\r\ncontent-length:${many(' ', size)}1\r\n\r\na`,
  'HTTP head of commas': (size) => `HTTP/1.1 200 OK\r\ntransfer-encoding:${many(' ,', size)}\r\n\r\n`,
  'HTTP chunks': (size) => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${many('1\r\na\r\n', size)}`,
  'HTTP chunk of zeros': (size) => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${many('0', size)}`,
  'HTTP interim responses': (size) => many('HTTP/1.1 100 Continue\r\n\r\n', size),
};

function readPage(text: string): void {
  const parser = new ExpositionParser({ filter: new NameFilter([]), catalog: new SeriesCatalog(), maxSeries: 1000 });
  const bytes = Buffer.from(text);
  // In pieces: a parser that joins them again and again is quadratic.
  for (let at = 0; at < bytes.length; at += 512) parser.feed(bytes.subarray(at, at + 512));
  parser.end();
}

function readHttp(text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new ResponseReader(65_536);
  reader.begin(false);
  for (let at = 0; at < bytes.length; at += 512) {
    const piece = bytes.subarray(at, at + 512);
    if (reader.read(piece, piece.length) !== INCOMPLETE) return;
  }
}

/** Text beyond the bounds is refused before it is parsed. */
function withinBounds(parse: (text: string) => unknown): (text: string) => unknown {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof BoundsExceeded) return undefined;
      throw error;
    }
  };
}

/** All parsers of outside text, by kind of text. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  'workload in JSON with comments': withinBounds((text) => parseJsonc(text)),
  'workload in YAML': withinBounds((text) => parseYaml(text)),
  'proxy variables': (text) => {
    vi.stubEnv('http_proxy', text);
    vi.stubEnv('no_proxy', text);
    return environmentProxy('http://receiver.example/');
  },
  condition: (text) => parseCondition(text),
  'regular expression': (text) => compilePattern(text),
  threshold: (text) => [parseThreshold(text), parseExpectation(text), parseSourceThreshold(text)],
  template: (text) => splitTemplate(text, () => true),
  'text with variables': (text) => expandText(text, { A: '${A}' }),
  'flags about metrics': (text) =>
    applyFlags(
      { file: { jobs: [] }, texts: new ParsedTexts(), expand: (given) => expandText(given, { A: '${A}' }) },
      {
        metrics_export_url: [text],
        metrics_export_header: [text, `a: ${text}`],
        label: [text, `a=${text}`],
        drop_labels: text,
        job_label: text,
      },
      () => {},
    ),
  URL: (text) => [parseHttpUrl(text), parsePushUrl(text), databaseCredentialsFault(text), redactUrl(text)],
  'connection string': (text) =>
    ['', 'http://', 'postgres://', 'redis://', 'mongodb://'].map((scheme) => parseConnectionString(scheme + text)),
  userinfo: (text) => [splitUserinfo(text), decodeUserinfo(text)],
  'duration, rate and size': (text) =>
    [DURATION, POSITIVE_DURATION, RATE, ...[SIZE].flat()].map((pattern) => new RegExp(pattern).test(text)),
  'path and percent encoding': (text) => [percentEncode(text), encodeTarget(text)],
  'secrets in text': (text) => [redactSecrets(text), secretsInText(text), redactWords(text.split(' '))],
  'copy of a workload': (text) => {
    const file = {
      connection_string: text,
      http: { headers: { a: text } },
      jobs: [{ sql: text, command: text, http: { path: text, body: text } }],
    };
    return [redactWorkload(file), secretsOfWorkload(file)];
  },
  'message of a server': (text) => [sanitizeForTerminal(text), firstLine(text, ['abcd']), shorten(text)],
  'Retry-After': (text) => [parseRetryAfter(text, text, 0), parseRetryAfter(`1${text}`, '', 0)],
  'CSV of a feeder': (text) => readCsv(Buffer.from(text), 'f.csv', ['a'], ','),
  'NDJSON of a feeder': (text) => readNdjson(Buffer.from(text), 'f.ndjson', ['a'], ''),
  'result file': (text) => parseResultDocument(text, 'r.json'),
  'JSON of any kind': (text) => findBeyondJsonBounds(text, { levels: 1e9, containers: 1e9, fields: 1e9 }),
  'page of a source': readPage,
  'labels of a source': (text) => parseLabels(text),
  'HTTP response': readHttp,
  'address of an agent': (text) => parseAgentUri(text),
  'refusal of an agent': (text) => readRefusal({ error: text, problems: [{ message: text }] }),
};

/** Processor time of this process for one call, in microseconds. */
function cost(parse: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The least of several: whatever else the process does, such as collecting garbage, only adds. */
function leastCost(parse: (text: string) => unknown, text: string): number {
  return Math.min(...Array.from({ length: ATTEMPTS }, () => cost(parse, text)));
}

/** The first size at which the work grows faster than its input, and by how much. */
function findSuperlinear(parse: (text: string) => unknown, make: (size: number) => string): string | undefined {
  let last = 0;
  let lastSize = 0;
  for (const size of SIZES) {
    const text = make(size);
    const spent = cost(parse, text);
    if (spent > FLOOR_US && spent > MOST_GROWTH * last) {
      const [before, now] = [leastCost(parse, make(lastSize)), leastCost(parse, text)];
      if (now > FLOOR_US && now > MOST_GROWTH * before) {
        return `${lastSize} characters take ${before} µs, ${size} take ${now} µs`;
      }
    }
    [last, lastSize] = [spent, size];
  }
  return undefined;
}

afterEach(() => vi.unstubAllEnvs());

test('detects quadratic work', () => {
  const quadratic = (text: string): boolean => /\.+;/.test(text);
  expect(findSuperlinear(quadratic, (size) => '.'.repeat(size))).toMatch(
    /^\d+ characters take \d+ µs, \d+ take \d+ µs$/,
  );
  expect(
    findSuperlinear(
      (text) => text.split('.').length,
      (size) => '.'.repeat(size),
    ),
  ).toBeUndefined();
});

describe('work grows linearly with hostile text', () => {
  test.each(Object.entries(PARSERS))(
    '%s',
    (_, parse) => {
      const slow = Object.entries(TEXTS).flatMap(([name, make]) => {
        const found = findSuperlinear(parse, make);
        return found === undefined ? [] : [`${name}: ${found}`];
      });
      expect(slow).toEqual([]);
    },
    300_000,
  );

  test.each(['load.jsonc', 'load.yaml'])(
    'a whole workload, %s',
    async (source) => {
      for (const make of Object.values(TEXTS)) {
        const job = {
          type: 'write',
          collection: 'c',
          operations: 1,
          http: { path: `/${make(8192)}`, body: make(32_768) },
        };
        const file = {
          connection_string: 'http://127.0.0.1:9',
          jobs: [job],
          thresholds: [make(2048)],
          phases: { p: make(8192) },
        };
        // Resolves: whatever is wrong with it is a list of problems.
        expect(Array.isArray(await problemsOf(JSON.stringify(file), { source }))).toBe(true);
        expect(Array.isArray(await problemsOf(make(32_768), { source }))).toBe(true);
      }
    },
    300_000,
  );
});
