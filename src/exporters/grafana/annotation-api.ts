import type { AnnotationTarget } from '../../plan/grafana.ts';
import { firstLine, redactSecrets, secretsOf } from '../../shared/secrets.ts';
import { failureReason } from '../../shared/network/failure-reason.ts';
import { connectionOf, loadHttpClient } from '../push/send.ts';

/** Result of an attempt to write an annotation. `reason` contains no secret. */
export type WriteResult =
  | { readonly kind: 'written'; readonly id: number }
  /** A retry may succeed. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Permanent error. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Creates an annotation, or updates it once it has an id. Never rejects.
 * https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
 */
export type WriteAnnotation = (
  annotation: Annotation,
  id: number | undefined,
  signal: AbortSignal,
) => Promise<WriteResult>;

/** Redirects are not followed: a POST would become a GET without its body, and the token would be sent elsewhere. */
export function createWriteAnnotation(target: AnnotationTarget): WriteAnnotation {
  const secrets = secretsOf(target);
  const connection = connectionOf(target);
  return async (annotation, id, signal) => {
    try {
      const axios = await loadHttpClient();
      const { status, data } = await axios.request<Buffer>({
        ...connection,
        method: id === undefined ? 'POST' : 'PATCH',
        url: `${target.url}/api/annotations${id === undefined ? '' : `/${id}`}`,
        data: JSON.stringify(bodyOf(annotation, id === undefined ? target.dashboardUid : undefined)),
        headers: {
          'user-agent': 'loadbot-agent',
          accept: 'application/json',
          'content-type': 'application/json',
          ...target.headers,
        },
        signal,
        responseType: 'arraybuffer',
      });
      return judge(status, data.toString(), id, secrets);
    } catch (error) {
      const reason = signal.aborted ? 'timeout (no response in time)' : failureReason(error).reason;
      return { kind: 'failed', reason: redactSecrets(reason, secrets) };
    }
  };
}

/** Fields in Grafana's format. An annotation without an end is shown at its start. */
function bodyOf({ startEpochMs, endEpochMs, text, tags }: Annotation, dashboardUid: string | undefined) {
  return {
    ...(dashboardUid !== undefined && { dashboardUID: dashboardUid }),
    time: Math.round(startEpochMs),
    ...(endEpochMs !== undefined && { timeEnd: Math.round(endEpochMs) }),
    tags,
    text,
  };
}

function judge(status: number, text: string, id: number | undefined, secrets: readonly string[]): WriteResult {
  if (status >= 200 && status < 300) {
    const given = id ?? idOf(text);
    if (given !== undefined) return { kind: 'written', id: given };
    return {
      kind: 'refused',
      reason: `status ${status} without the id of an annotation: check that the URL is a Grafana`,
    };
  }
  const excerpt = firstLine(text, secrets);
  const reason = `status ${status}${excerpt === '' ? '' : ` (${excerpt})`}`;
  return { kind: status === 408 || status === 429 || status >= 500 ? 'failed' : 'refused', reason };
}

function idOf(text: string): number | undefined {
  try {
    const { id } = Object(JSON.parse(text)) as { readonly id?: unknown };
    return typeof id === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** An annotation on a time line: a point in time or a time range. */
export interface Annotation {
  /** Milliseconds since the epoch. */
  readonly startEpochMs: number;
  /** `undefined`: still open. */
  readonly endEpochMs: number | undefined;
  /** Short HTML text, not empty. */
  readonly text: string;
  readonly tags: readonly string[];
}

/** Escapes text for an annotation. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Maximum length of a tag value: Grafana accepts 100 characters per tag and 500 in total. */
const MAX_TAG_LENGTH = 60;

/** `key:value`, which Grafana shows as one tag in the color of its key. Commas would split it in Grafana's forms. */
export function tagOf(key: string, value: string): string {
  return `${key}:${Array.from(value.replaceAll(',', ' ')).slice(0, MAX_TAG_LENGTH).join('')}`;
}
