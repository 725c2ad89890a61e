import type { Socket } from 'node:net';
import type { ServerAddress } from '../server-list.ts';
import { metadata, type TopicMetadata } from './apis.ts';
import { KafkaConnection, type KafkaConnectionOptions } from './connection.ts';
import { KafkaError, LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION } from './errors.ts';

/** Receives the events of the connections of a cluster. */
export interface ClusterListener {
  /** The lowest socket (below TLS) of a connection has been created. */
  opening(wire: Socket): void;
  /** A connection is unusable, and therefore the cluster. */
  lost(error: unknown): void;
}

/** The connections of a session: one to each broker that it needs. All are closed together. */
export class KafkaCluster {
  readonly #options: KafkaConnectionOptions;
  readonly #first: ServerAddress;
  readonly #listener: ClusterListener;
  /** By address. */
  readonly #connections = new Map<string, KafkaConnection>();
  readonly #topics = new Map<string, TopicMetadata>();

  /** @param first broker of the connection string, for metadata */
  constructor(options: KafkaConnectionOptions, first: ServerAddress, listener: ClusterListener) {
    this.#options = options;
    this.#first = first;
    this.#listener = listener;
  }

  /** Connects to the first broker and to the leaders of topics. A topic that does not exist is no error yet. */
  async open(topics: readonly string[]): Promise<void> {
    await this.#connect(this.#first);
    for (const topic of topics) {
      try {
        const { leaders } = await this.topic(topic);
        for (const leader of leaders) if (leader !== undefined) await this.#connect(this.#addressOf(leader));
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
      }
    }
  }

  /** Number of partitions of a topic, if its metadata are known. */
  partitionsOf(topic: string): number | undefined {
    return this.#topics.get(topic)?.leaders.length;
  }

  /** Reads the metadata of a topic, unless they are known. @throws {KafkaError} when it does not exist */
  async topic(topic: string): Promise<TopicMetadata> {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const found = await (await this.#connect(this.#first)).send(metadata(topic));
    this.#topics.set(topic, found);
    return found;
  }

  /** The open connection to the leader of a partition, whose metadata are known. */
  openLeader(topic: string, partition: number): KafkaConnection | undefined {
    const leader = this.#topics.get(topic)?.leaders[partition];
    const connection = leader && this.#connections.get(keyOf(this.#addressOf(leader)));
    return connection?.ready === true ? connection : undefined;
  }

  /** Connects to the leader of a partition. @throws {KafkaError} without a leader, and without the partition */
  async leader(topic: string, partition: number): Promise<KafkaConnection> {
    const { leaders } = await this.topic(topic);
    const leader = leaders[partition];
    if (leader !== undefined) return this.#connect(this.#addressOf(leader));
    throw new KafkaError(partition < leaders.length ? LEADER_NOT_AVAILABLE : UNKNOWN_TOPIC_OR_PARTITION);
  }

  /** Forgets the metadata of a topic, which are read again by the next request. */
  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  /** Closes all connections at once. */
  destroy(): void {
    for (const connection of this.#connections.values()) connection.destroy();
    this.#connections.clear();
  }

  #addressOf(leader: ServerAddress): ServerAddress {
    return this.#options.settings.followsLeaders ? leader : this.#first;
  }

  async #connect(broker: ServerAddress): Promise<KafkaConnection> {
    const key = keyOf(broker);
    const known = this.#connections.get(key);
    if (known?.ready === true) return known;
    const connection = new KafkaConnection(this.#options, broker, {
      opening: (wire) => this.#listener.opening(wire),
      lost: (error) => this.#listener.lost(error),
    });
    this.#connections.set(key, connection);
    await connection.open();
    return connection;
  }
}

function keyOf({ host, port }: ServerAddress): string {
  return `${host}:${port}`;
}
