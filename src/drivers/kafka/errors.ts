import type { FailureDetail } from '../../shared/outcome.ts';
import { classifyError } from '../classify-error.ts';
import type { ErrorClassification } from '../error-classification.ts';

/** An error code of the broker. */
export class KafkaError extends Error implements ErrorClassification {
  override readonly name = 'KafkaError';
  readonly code: number;
  readonly errorClass: 'driver' | 'timeout';
  readonly detail: FailureDetail;

  /** @param text the broker's own explanation */
  constructor(code: number, text = '') {
    const [name, detail] = NAMES.get(code) ?? [`error code ${code}`, 'kafka_error'];
    super(text === '' ? name : `${name}: ${text}`);
    this.code = code;
    this.detail = detail;
    this.errorClass = detail === 'request_timed_out' ? 'timeout' : 'driver';
  }

  /** Whether the metadata may be out of date: the leader of the partition has changed, or the topic was recreated. */
  get isStale(): boolean {
    return STALE.has(this.code);
  }
}

export const UNKNOWN_TOPIC_OR_PARTITION = 3;
export const LEADER_NOT_AVAILABLE = 5;
const OFFSET_OUT_OF_RANGE = 1;
const NOT_LEADER = 6;

/** https://kafka.apache.org/protocol.html#protocol_error_codes */
const NAMES: ReadonlyMap<number, readonly [name: string, detail: FailureDetail]> = new Map([
  [OFFSET_OUT_OF_RANGE, ['OFFSET_OUT_OF_RANGE', 'offset_out_of_range']],
  [2, ['CORRUPT_MESSAGE', 'corrupt_message']],
  [UNKNOWN_TOPIC_OR_PARTITION, ['UNKNOWN_TOPIC_OR_PARTITION', 'unknown_topic_or_partition']],
  [LEADER_NOT_AVAILABLE, ['LEADER_NOT_AVAILABLE', 'leader_not_available']],
  [NOT_LEADER, ['NOT_LEADER_OR_FOLLOWER', 'not_leader_or_follower']],
  [7, ['REQUEST_TIMED_OUT', 'request_timed_out']],
  [10, ['MESSAGE_TOO_LARGE', 'message_too_large']],
  [18, ['RECORD_LIST_TOO_LARGE', 'message_too_large']],
  [19, ['NOT_ENOUGH_REPLICAS', 'not_enough_replicas']],
  [20, ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'not_enough_replicas']],
  [29, ['TOPIC_AUTHORIZATION_FAILED', 'permission_denied']],
  [31, ['CLUSTER_AUTHORIZATION_FAILED', 'permission_denied']],
  [33, ['UNSUPPORTED_SASL_MECHANISM', 'authentication']],
  [34, ['ILLEGAL_SASL_STATE', 'authentication']],
  [58, ['SASL_AUTHENTICATION_FAILED', 'authentication']],
]);
const STALE: ReadonlySet<number> = new Set([
  UNKNOWN_TOPIC_OR_PARTITION,
  LEADER_NOT_AVAILABLE,
  NOT_LEADER,
  56,
  74,
  75,
  76,
]);

/** @throws {KafkaError} for a code other than 0 */
export function requireNoError(code: number, text?: string): void {
  if (code !== 0) throw new KafkaError(code, text);
}

/** Error class and detail of any error of a request. */
export function classifyKafkaError(error: unknown): ErrorClassification {
  if (error instanceof KafkaError) return error;
  return { errorClass: classifyError(error), detail: undefined };
}
