import { LoadbotError } from '../shared/errors.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { parseLogLine } from './access-log.ts';
import { parseCurl } from './curl.ts';
import { parseHar } from './har.ts';
import type { ImportedFile, RecordedRequests } from './imported-request.ts';
import { parsePostman } from './postman.ts';
import { readAccessLog } from './read-access-log.ts';
import type { RecordedFormat } from './recorded-format-names.ts';
import { parseVegeta } from './vegeta.ts';

/** Times of the requests of a format. */
export interface RecordedTimes {
  /** Requests of the same time are spread over it, in milliseconds; 0: the times are exact. */
  readonly precisionMs: number;
  /**
   * Longest time by which a request may be earlier than one before it in the file, in milliseconds. `Infinity`: the format
   * has no order.
   */
  readonly disorderMs: number;
}

/** A format of files whose requests are sent as they are. */
interface RecordedFormatEntry {
  /** `undefined`: it has no times. */
  readonly times: RecordedTimes | undefined;
  /** Largest file, in bytes. */
  readonly mostBytes: number;
  readonly read: (file: string, bytes: Buffer) => RecordedRequests;
}

const { recordedFileBytes, recordedLogBytes } = WORKLOAD_LIMITS;

/** Servers log a request when it ends, and some with the time of its start: with that of a long download, for example. */
const LOG_TIMES: RecordedTimes = { precisionMs: 1000, disorderMs: 600_000 };

/** How files of each format are read. */
export const RECORDED_FILES: Readonly<Record<RecordedFormat, RecordedFormatEntry>> = {
  access_log: { times: LOG_TIMES, mostBytes: recordedLogBytes, read: readAccessLog },
  har: { times: { precisionMs: 0, disorderMs: Infinity }, mostBytes: recordedFileBytes, read: byText(parseHar) },
  vegeta: { times: undefined, mostBytes: recordedFileBytes, read: byText(parseVegeta) },
  curl: { times: undefined, mostBytes: recordedFileBytes, read: byText(parseCurl) },
  postman: { times: undefined, mostBytes: recordedFileBytes, read: byText(parsePostman) },
};

function byText(parse: (file: string, text: string) => ImportedFile): RecordedFormatEntry['read'] {
  return (file, bytes) => {
    const { requests, leftOut = new Map<string, number>() } = parse(file, bytes.toString());
    return { requests, leftOut };
  };
}

/** Characters of a file from which its format is recognized. */
const BEGINNING = 64 * 1024;

/** Formats by the end of a file's name. */
const BY_NAME: readonly (readonly [RegExp, RecordedFormat])[] = [
  [/\.har$/i, 'har'],
  [/\.postman_collection\.json$/i, 'postman'],
  [/\.(?:sh|curl)$/i, 'curl'],
];

/**
 * Recognizes the format of a file by its name, or its content.
 * @throws {LoadbotError} `config_invalid`
 */
export function recognizeFormat(file: string, bytes: Buffer): RecordedFormat {
  const named = BY_NAME.find(([pattern]) => pattern.test(file))?.[1];
  if (named !== undefined) return named;
  const text = bytes.toString('utf8', 0, BEGINNING).trimStart();
  const [line = ''] = text.split('\n', 1);
  const format = text.startsWith('{') ? formatOfJson(text) : formatOfLine(line.trim());
  if (format !== undefined) return format;
  throw new LoadbotError('config_invalid', `the format of ${file} is not recognized`, {
    hint: `set \`format\`: ${Object.keys(RECORDED_FILES).join(', ')}`,
  });
}

function formatOfJson(text: string): RecordedFormat | undefined {
  if (/^\{\s*"log"\s*:/.test(text)) return 'har';
  if (/"_postman_id"|schema\.getpostman\.com/.test(text)) return 'postman';
  return /"method"\s*:/.test(text) && /"url"\s*:/.test(text) ? 'vegeta' : undefined;
}

function formatOfLine(line: string): RecordedFormat | undefined {
  if (/^(?:\$ )?curl(?:\.exe)?\s/.test(line)) return 'curl';
  if (/^[A-Z]{3,10} +(?:https?:\/\/|\/)\S+$/.test(line)) return 'vegeta';
  return parseLogLine(line) === undefined ? undefined : 'access_log';
}
