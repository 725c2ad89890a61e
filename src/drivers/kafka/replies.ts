import type { Json } from '../../shared/json.ts';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';
import { MessageContent } from '../message-content.ts';
import { ReplyContent } from '../reply-content.ts';
import type { KafkaRecord } from './record-batch.ts';

/** Place of a record. */
interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  /** That of the first record, for a batch. */
  readonly offset: bigint;
}

/** The acknowledgement of a write, as JSON; `rows` is the number of records. */
export function producedContent(place: RecordPlace, rowCount: number, needs: ResponseNeeds): ResponseContent {
  const build = (): Json => ({ ...place, offset: Number(place.offset) });
  return new ReplyContent({ rowCount, bytes: 0, maxBytes: needs.maxBytes, build: needs.body ? build : undefined });
}

/** Fetched records: the value and the headers of the first one; `rows` is their number. */
export function fetchedContent(records: readonly KafkaRecord[], needs: ResponseNeeds): ResponseContent {
  const [first] = records;
  const headers = (): ReadonlyMap<string, string> =>
    new Map((first?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]));
  return new MessageContent({ body: first?.value ?? Buffer.alloc(0), headers }, needs, records.length);
}
