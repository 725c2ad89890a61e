import { LoadbotError } from '../shared/errors.ts';
import { percentEncode } from '../shared/percent-encode.ts';
import { splitOnce } from '../shared/text.ts';
import type { Header, ImportedFile, ImportedRequest } from './imported-request.ts';
import { type ShellCommand, splitShell } from './shell-words.ts';
import { asVariable, hasTemplate, mapLiteral } from './template-text.ts';

/** Short options of curl that have an argument, with their long names. */
const SHORT: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  F: 'form',
  u: 'user',
  b: 'cookie',
  A: 'user-agent',
  e: 'referer',
  T: 'upload-file',
  o: 'output',
  w: 'write-out',
  m: 'max-time',
  x: 'proxy',
  c: 'cookie-jar',
  D: 'dump-header',
  E: 'cert',
  K: 'config',
  r: 'range',
  t: 'telnet-option',
  U: 'proxy-user',
  y: 'speed-time',
  Y: 'speed-limit',
  z: 'time-cond',
  C: 'continue-at',
  Q: 'quote',
};
/** Short options without an argument that change the request. */
const SWITCHES: Readonly<Record<string, string>> = { G: 'get', I: 'head', k: 'insecure', L: 'location' };

/** Long options without an argument; all others have one. */
const FLAGS = new Set(
  'get head insecure location location-trusted compressed silent verbose include fail fail-with-body show-error http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only globoff no-buffer no-keepalive no-progress-meter progress-bar path-as-is ipv4 ipv6 tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ssl ssl-reqd basic digest ntlm negotiate anyauth remote-name remote-header-name remote-time raw styled-output tcp-nodelay tcp-fastopen parallel create-dirs junk-session-cookies'.split(
    ' ',
  ),
);

/** Parses command lines of curl, as browsers copy them; one or several. */
export function parseCurl(file: string, text: string): ImportedFile {
  const notes = new Set<string>();
  const connection = { http2: undefined as boolean | undefined, insecure: undefined as boolean | undefined };
  const commands = splitShell(file, text);
  const requests = commands.flatMap((command) => {
    const options = readOptions(file, command);
    if (options.has('insecure')) connection.insecure = true;
    if (options.has('http2') || options.has('http2-prior-knowledge')) connection.http2 = true;
    if (options.has('location')) notes.add('Redirects (curl --location) are not followed.');
    return requestsOf(file, command.line, options, notes);
  });
  return { requests, notes: [...notes], connection };
}

type Options = ReadonlyMap<string, readonly string[]>;

/** Options by long name, and URLs under `url`. */
function readOptions(file: string, { words, line }: ShellCommand): Options {
  const options = new Map<string, string[]>();
  const add = (name: string, value: string): void => void options.set(name, [...(options.get(name) ?? []), value]);
  const start = words.findIndex((word) => /(?:^|[\\/])curl(?:\.exe)?$/i.test(word));
  if (start === -1) throw new LoadbotError('config_invalid', `${file}:${line} is not a command line of curl`);
  for (let index = start + 1; index < words.length; index++) {
    const word = words[index] ?? '';
    const next = (): string => words[++index] ?? '';
    if (word.startsWith('--')) {
      const name = word.slice(2);
      add(name, FLAGS.has(name) || name.startsWith('no-') || name === '' ? '' : next());
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? '';
        const name = SHORT[letter];
        if (name === undefined) add(SWITCHES[letter] ?? letter, '');
        else {
          add(name, word.slice(at + 1) || next());
          break;
        }
      }
    } else add('url', word);
  }
  return options;
}

function requestsOf(file: string, line: number, options: Options, notes: Set<string>): ImportedRequest[] {
  const urls = options.get('url') ?? [];
  if (urls.length === 0) throw new LoadbotError('config_invalid', `${file}:${line} has no URL`);
  const data = readData(options, notes);
  const form = readForm(options, notes);
  const isGet = options.has('get');
  const body = isGet ? undefined : (form?.body ?? data?.body);
  const method = options.get('request')?.at(-1) ?? (options.has('head') ? 'HEAD' : body === undefined ? 'GET' : 'POST');
  const headers = [...readHeaders(options), ...(isGet ? [] : (form?.headers ?? data?.headers ?? []))];
  // A header of the command line replaces that of the body.
  const given = new Map(headers.toReversed().map(([name, value]) => [name.toLowerCase(), value]));
  return urls.map((url) => ({
    method: method.toUpperCase(),
    url: withQuery(
      /^[a-z][a-z0-9+.-]*:\/\//i.test(url) || hasTemplate(url) ? url : `http://${url}`,
      isGet ? data?.body : undefined,
    ),
    headers: [...given],
    body,
    weight: 1,
  }));
}

function withQuery(url: string, query: string | undefined): string {
  if (query === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function readHeaders(options: Options): Header[] {
  const headers = (options.get('header') ?? []).flatMap((line): Header[] => {
    const header = splitOnce(line, ':');
    return header === undefined || header[1] === '' ? [] : [header];
  });
  const named = (option: string, name: string): Header[] => {
    const value = options.get(option)?.at(-1);
    return value === undefined ? [] : [[name, value]];
  };
  const [user] = options.get('user') ?? [];
  const bearer = options.get('oauth2-bearer')?.at(-1);
  // A file of cookies is not read: only `name=value` is text.
  const cookies = named('cookie', 'cookie').filter(([, value]) => value.includes('='));
  return [
    ...named('user-agent', 'user-agent'),
    ...named('referer', 'referer'),
    ...cookies,
    ...(user === undefined ? [] : [['authorization', `Basic ${encodeBasic(user)}`] as const]),
    ...(bearer === undefined ? [] : [['authorization', `Bearer ${bearer}`] as const]),
    ...headers,
  ];
}

/** Credentials in base64; with a variable of the shell, a variable of its own. */
function encodeBasic(user: string): string {
  return hasTemplate(user) ? asVariable('BASIC_CREDENTIALS') : Buffer.from(user).toString('base64');
}

interface GivenBody {
  readonly body: string | undefined;
  readonly headers: readonly Header[];
}

function readData(options: Options, notes: Set<string>): GivenBody | undefined {
  const json = options.get('json') ?? [];
  const parts = [
    ...['data', 'data-ascii', 'data-binary'].flatMap((name) => textParts(options.get(name) ?? [], notes)),
    ...(options.get('data-raw') ?? []),
    ...(options.get('data-urlencode') ?? []).map(encodeData),
  ];
  if (json.length > 0) {
    const headers: Header[] = [
      ['content-type', 'application/json'],
      ['accept', 'application/json'],
    ];
    return { body: textParts(json, notes).join(''), headers };
  }
  const isGiven = ['data', 'data-ascii', 'data-binary', 'data-raw', 'data-urlencode'].some((name) => options.has(name));
  if (!isGiven) return undefined;
  return { body: parts.join('&'), headers: [['content-type', 'application/x-www-form-urlencoded']] };
}

/** Texts without `@file`: an imported file must not choose which files of this machine are sent. */
function textParts(parts: readonly string[], notes: Set<string>): string[] {
  return parts.filter((part) => {
    if (!part.startsWith('@')) return true;
    notes.add('Bodies in files (@path) are not imported: put their text into `http.body`.');
    return false;
  });
}

/** `name=content` or `content`, whose content is percent-encoded. */
function encodeData(text: string): string {
  const at = text.indexOf('=');
  const encoded = mapLiteral(text.slice(at + 1), percentEncode);
  return at <= 0 ? encoded : `${text.slice(0, at)}=${encoded}`;
}

const BOUNDARY = 'loadbot-agent-boundary';

/** A multipart body of text fields; files are left out. */
function readForm(options: Options, notes: Set<string>): GivenBody | undefined {
  const fields = [...(options.get('form') ?? []), ...(options.get('form-string') ?? [])];
  if (fields.length === 0) return undefined;
  const parts = fields.flatMap((field) => {
    const [name = '', value = ''] = splitOnce(field, '=') ?? [];
    if (/^[@<]/.test(value)) {
      notes.add('Files of a form (-F name=@path) are not imported.');
      return [];
    }
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  });
  const body = `${parts.join('')}--${BOUNDARY}--\r\n`;
  return { body, headers: [['content-type', `multipart/form-data; boundary=${BOUNDARY}`]] };
}
