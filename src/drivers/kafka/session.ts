import type { Socket } from 'node:net';
import type { Target } from '../../plan/target.ts';
import { selectsDocuments } from '../../shared/job-type.ts';
import { failure, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { Exchange, Session } from '../driver.ts';
import { connectAhead, type ConnectionWarmUp } from '../error-classification.ts';
import { SessionBase } from '../session-base.ts';
import { EARLIEST, fetchRecords, LATEST, offsetAt, produce } from './apis.ts';
import { type ClusterListener, KafkaCluster } from './cluster.ts';
import type { KafkaConnection, KafkaConnectionOptions } from './connection.ts';
import { classifyKafkaError, KafkaError } from './errors.ts';
import { keyHash } from './hashes.ts';
import { ConnectionsMeter } from './meter.ts';
import { decodeBatches, encodeBatch, type KafkaRecord } from './record-batch.ts';
import { fetchedContent, producedContent } from './replies.ts';
import type { KafkaRequest, PreparedRecords } from './request.ts';

/** Options shared by the sessions of one job. */
export interface KafkaSessionOptions {
  readonly connection: KafkaConnectionOptions;
  /** In the order of the driver's operations. */
  readonly requests: readonly KafkaRequest[];
  readonly openingAhead: ConnectionWarmUp;
  readonly target: Target;
  /** Number of the next session, which selects its first broker, and the partition that it reads. */
  turn: number;
}

/** Maximum size of the fetch of one written record. */
const RECEIVE_BYTES = 1024 * 1024;

/** A request in flight; a canceled one is not the current one any more. */
interface Attempt {
  readonly request: KafkaRequest;
  readonly prepared: PreparedRecords;
  readonly sequence: number;
}

/** One worker's connections to a Kafka cluster: turns tickets into records and fetches, and responses into outcomes. */
export class KafkaSession extends SessionBase<ConnectionsMeter> implements Session, ClusterListener {
  readonly #options: KafkaSessionOptions;
  readonly #number: number;
  #cluster: KafkaCluster | undefined;
  #attempt: Attempt | undefined;
  /** Next offsets to read, by topic and partition. */
  readonly #positions = new Map<string, bigint>();

  constructor(options: KafkaSessionOptions) {
    super(new ConnectionsMeter());
    this.#options = options;
    this.#number = options.turn++;
  }

  /**
   * Opens the connections ahead of the first request if the brokers accept them.
   * @throws {LoadbotError} for a permanent error
   */
  async open(signal: AbortSignal): Promise<void> {
    const { openingAhead, target, requests } = this.#options;
    const topics = new Set(requests.flatMap(({ topic }) => (topic === undefined ? [] : [topic])));
    await connectAhead({
      signal,
      warmUp: openingAhead,
      target,
      connect: () => this.#connect().open([...topics]),
      drop: () => this.drop(),
      classify: classifyKafkaError,
    });
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const request = this.#options.requests[exchange.operation]!; // one for each operation
    if (request.needs !== undefined) exchange.response = undefined;
    try {
      const prepared = request.prepare(exchange.sequence);
      const attempt: Attempt = { request, prepared, sequence: exchange.sequence };
      this.#attempt = attempt;
      const cluster = this.#cluster ?? this.#connect();
      const partitions = cluster.partitionsOf(prepared.topic);
      const partition = partitions === undefined ? 0 : this.#partitionOf(attempt, partitions);
      const leader = partitions === undefined ? undefined : cluster.openLeader(prepared.topic, partition);
      if (leader === undefined) void this.#connectAndRun(attempt, cluster);
      else {
        exchange.sentMs = this.#options.connection.clock.nowMs();
        void this.#run(attempt, leader, partition);
      }
    } catch (error) {
      this.failLater(exchange, error);
    }
  }

  async close(): Promise<void> {
    this.drop();
  }

  opening(wire: Socket): void {
    this.meter.follow(wire);
  }

  lost(error: unknown): void {
    const { errorClass, detail } = classifyKafkaError(error);
    this.breakOff(failure(errorClass), error, detail);
  }

  #connect(): KafkaCluster {
    const { connection } = this.#options;
    const { brokers } = connection.settings;
    const first = brokers[this.#number % brokers.length]!; // at least one
    return (this.#cluster = new KafkaCluster(connection, first, this));
  }

  /** The given partition, that of the key, or one in turn: of the session for fetches, of the ticket for writes. */
  #partitionOf({ request, prepared, sequence }: Attempt, partitions: number): number {
    if (prepared.partition !== undefined) return prepared.partition;
    if (partitions === 0) return 0;
    if (request.kind === 'consume') return this.#number % partitions;
    const [record] = prepared.records;
    return (record?.key === undefined ? sequence : keyHash(record.key)) % partitions;
  }

  async #connectAndRun(attempt: Attempt, cluster: KafkaCluster): Promise<void> {
    const { topic } = attempt.prepared;
    try {
      const { leaders } = await cluster.topic(topic);
      const partition = this.#partitionOf(attempt, leaders.length);
      const leader = await cluster.leader(topic, partition);
      if (this.#attempt === attempt) await this.#run(attempt, leader, partition);
    } catch (error) {
      this.#fail(attempt, error);
    }
  }

  async #run(attempt: Attempt, leader: KafkaConnection, partition: number): Promise<void> {
    try {
      const outcome = await (attempt.request.kind === 'produce'
        ? this.#produce(attempt, leader, partition)
        : this.#consume(attempt, leader, partition));
      if (this.#attempt !== attempt) return;
      this.#attempt = undefined;
      this.finish(outcome);
    } catch (error) {
      this.#fail(attempt, error);
    }
  }

  async #produce(attempt: Attempt, leader: KafkaConnection, partition: number): Promise<Outcome> {
    const { request, prepared } = attempt;
    const { topic, records } = prepared;
    const { timeoutMs, clock } = this.#options.connection;
    const batch = encodeBatch(records, Math.round(clock.epochMs()));
    const write = produce(topic, partition, batch, request.acks, Math.ceil(timeoutMs));
    if (request.acks === 0) {
      await leader.post(write);
      return OK;
    }
    const { baseOffset } = await leader.send(write);
    let received: KafkaRecord | undefined;
    if (request.isReceived) received = await this.#receive(attempt, leader, partition, baseOffset);
    if (this.#attempt === attempt && request.needs !== undefined && this.exchange !== undefined) {
      this.exchange.response =
        received === undefined
          ? producedContent({ topic, partition, offset: baseOffset }, records.length, request.needs)
          : fetchedContent([received], request.needs);
    }
    return OK;
  }

  /** Fetches until a written record arrives. */
  async #receive(attempt: Attempt, leader: KafkaConnection, partition: number, offset: bigint): Promise<KafkaRecord> {
    const { topic } = attempt.prepared;
    const waitMs = Math.ceil(this.#options.connection.timeoutMs);
    for (;;) {
      const bytes = await leader.send(fetchRecords({ topic, partition, offset, waitMs, maxBytes: RECEIVE_BYTES }));
      const found = decodeBatches(bytes, offset).find((record) => record.offset === offset);
      if (found !== undefined || this.#attempt !== attempt) return found!; // of a canceled request: not used
    }
  }

  async #consume(attempt: Attempt, leader: KafkaConnection, partition: number): Promise<Outcome> {
    const { request, prepared } = attempt;
    const { from, waitMs, maxBytes, needs, type } = request;
    const { topic } = prepared;
    const key = `${topic}/${partition}`;
    const offset =
      this.#positions.get(key) ??
      (await leader.send(offsetAt(topic, partition, from === 'latest' ? LATEST : EARLIEST)));
    this.#positions.set(key, offset);
    const bytes = await leader.send(fetchRecords({ topic, partition, offset, waitMs, maxBytes }));
    const records = decodeBatches(bytes, offset);
    const last = records.at(-1);
    if (last !== undefined) this.#positions.set(key, last.offset + 1n);
    if (this.#attempt === attempt && needs !== undefined && this.exchange !== undefined)
      this.exchange.response = fetchedContent(records, needs);
    if (last !== undefined) return OK;
    if (selectsDocuments(type)) return MISS;
    throw new NoRecordsError();
  }

  #fail(attempt: Attempt, error: unknown): void {
    if (this.#attempt !== attempt) return;
    const { errorClass, detail } = classifyKafkaError(error);
    if (error instanceof NoRecordsError) {
      this.#attempt = undefined;
      this.finish(failure('driver'), error, 'no_messages');
    } else if (error instanceof KafkaError && detail !== 'authentication') {
      const { topic } = attempt.prepared;
      if (error.isStale) this.#cluster?.forget(topic);
      if (detail === 'offset_out_of_range') this.#positions.clear();
      this.#attempt = undefined;
      this.finish(failure(errorClass), error, detail);
    } else this.lost(error);
  }

  protected drop(): void {
    this.#attempt = undefined;
    this.#cluster?.destroy();
    this.#cluster = undefined;
    this.meter.closeAll();
  }
}

/** A fetch without a record, for a request that is not a read. */
class NoRecordsError extends Error {
  constructor() {
    super('no record arrived within `wait`');
  }
}
