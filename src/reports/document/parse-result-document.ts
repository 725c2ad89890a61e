import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { COUNT_TABLE } from '../../recorder/counters.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { formatPath } from '../../shared/text.ts';
import { findBeyondJsonBounds } from '../../shared/json.ts';
import { formatCount } from '../../shared/units.ts';
import { validityDocument, noopValidity } from '../../validity/finding.ts';
import { timelineDocument } from './timeline-document.ts';
import { KIND, type ResultDocument, SCHEMA_VERSION } from './result-document.ts';
import { resultShape } from './shape/result-shape.ts';
import { withKind } from './threshold-document.ts';

const HOW_TO_GET_ONE = 'pass a result file, as written by `run --out FILE`';
/** Levels of a result around those of the workload in it. */
const OWN_LEVELS = 20;
const MOST = {
  levels: WORKLOAD_LIMITS.levels + OWN_LEVELS,
  containers: WORKLOAD_LIMITS.resultContainers,
  fields: WORKLOAD_LIMITS.resultFields,
} as const;
const NAMES = { levels: 'levels', containers: 'objects and lists', fields: 'fields' } as const;

/**
 * Parses a result file and checks each of its fields.
 * @param path names the file in messages
 * @throws {LoadbotError} `config_invalid` if it is not a result, has an unsupported version, or has an invalid value; the
 * message names file and JSON path
 */
export function parseResultDocument(text: string, path: string): ResultDocument {
  const fault = (message: string, hint: string, cause?: unknown): LoadbotError =>
    new LoadbotError('config_invalid', `${path} ${message}`, { hint, cause });
  const beyond = findBeyondJsonBounds(text, MOST);
  if (beyond !== undefined) throw fault(`has more than ${formatCount(MOST[beyond])} ${NAMES[beyond]}`, HOW_TO_GET_ONE);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault('is not JSON', HOW_TO_GET_ONE, cause);
  }
  const { kind, schema_version: version } = Object(value) as Record<string, unknown>;
  if (kind !== KIND) throw fault('is not a result of loadbot-agent', HOW_TO_GET_ONE);
  if (typeof version === 'number' && version !== SCHEMA_VERSION) {
    const hint = 'read it with the version of loadbot-agent that wrote it';
    throw fault(`has schema_version ${version}, not ${SCHEMA_VERSION}`, hint);
  }
  const wrong = resultShape(value);
  if (wrong === undefined) return withDefaults(value as ResultDocument);
  const hint = 'the file was changed or damaged; take the one that `run` wrote';
  throw new LoadbotError('config_invalid', `${path}: ${formatPath(wrong.path)} ${wrong.message}`, { hint });
}

const OLDER_COUNTS = Object.fromEntries(
  COUNT_TABLE.filter(({ older }) => older !== undefined).map(({ field, older }) => [field, older]),
);

/** Adds the fields that files of earlier versions lack. */
function withDefaults(document: ResultDocument): ResultDocument {
  const jobs = document.jobs.map((job) =>
    Object.assign(
      { paused_seconds: 0, phases: [], step: null, metrics: {}, ...OLDER_COUNTS },
      timelineDocument(undefined),
      job,
    ),
  );
  const whole = Object.assign(
    {
      partial: false,
      verdict: null,
      exit_status: null,
      validity: validityDocument(noopValidity),
      floor: null,
      agents: [],
      changes: [],
      thresholds: [],
      waits: [],
      links: [],
      environment: null,
      workload_as_run: null,
      sources: [],
      phases: [],
    },
    document,
  );
  const findings = whole.validity.findings.map((finding) =>
    Object.assign({ agent: null, worst_at_seconds: finding.first_seen_seconds, spans_seconds: [] }, finding),
  );
  const validity = { ...whole.validity, findings };
  return { ...whole, jobs, validity, thresholds: whole.thresholds.map(withKind) };
}
