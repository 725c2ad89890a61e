import type { Bus, BusMessage, BusStatus, LastStates } from '../../src/fleet/bus/bus.ts';
import { connectionLost, noResponders, notConnected } from '../../src/fleet/bus/bus-errors.ts';
import type { Hub, HubMember, HubSubscription } from './memory-hub.ts';
import { firstAnswer, PendingRequests } from '../../src/fleet/bus/pending-requests.ts';
import { requirePattern, requireSize, requireSubject } from '../../src/fleet/bus/subjects.ts';

/** A member of a {@link MemoryNetwork}. */
export class MemoryBus implements Bus, HubMember {
  readonly name: string;
  readonly lastStates: LastStates | undefined;
  connection = 0;
  isCrashed = false;
  readonly #hub: Hub;
  readonly #removers = new Set<() => void>();
  readonly #pending: PendingRequests;
  readonly #listeners = new Set<(status: BusStatus) => void>();
  /** Time of the latest message to each member: the next one does not arrive before it. */
  readonly #lastDueMs = new Map<HubMember, number>();
  #status: BusStatus;

  constructor(name: string, hub: Hub, isUp: boolean, createLastStates: (member: HubMember) => LastStates | undefined) {
    this.name = name;
    this.#hub = hub;
    this.#pending = new PendingRequests(hub.queue);
    this.#status = isUp ? 'connected' : 'reconnecting';
    this.lastStates = createLastStates(this);
  }

  get maxPayload(): number {
    return this.#hub.maxPayload;
  }

  get isConnected(): boolean {
    return this.#status === 'connected' && !this.isCrashed;
  }

  get status(): BusStatus {
    return this.#status;
  }

  publish(subject: string, data: Uint8Array): void {
    this.#requireMessage(subject, data);
    if (this.isConnected) this.#send(subject, data, 'publish', undefined);
  }

  subscribe(subject: string, onMessage: (message: BusMessage) => void): () => void {
    requirePattern(subject);
    if (this.#status === 'closed') throw notConnected(subject);
    let isActive = true;
    const remove = this.#hub.subscribe({
      pattern: subject,
      member: this,
      receive: (to, data, respond) => {
        if (isActive) onMessage({ subject: to, data, respond });
      },
    });
    const end = (): void => {
      isActive = false;
      this.#removers.delete(end);
      remove();
    };
    this.#removers.add(end);
    return end;
  }

  async request(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    this.#requireOnline(subject, data);
    return firstAnswer(subject, timeoutMs, (ends, resolve) => {
      if (this.isCrashed) return;
      const pending = this.#pending.add(subject, timeoutMs, ends);
      const receivers = this.#send(subject, data, 'request', (answer) => pending.end(() => resolve(answer)));
      if (receivers > 0) return;
      const roundTripMs = this.#hub.delayMs() + this.#hub.delayMs();
      this.#hub.queue.after(roundTripMs, () => pending.end(() => ends.reject(noResponders(subject))));
    });
  }

  async requestMany(
    subject: string,
    data: Uint8Array,
    withinMs: number,
    onAnswer: (data: Uint8Array) => void,
  ): Promise<void> {
    this.#requireOnline(subject, data);
    return new Promise((resolve, reject) => {
      if (this.isCrashed) return;
      const pending = this.#pending.add(subject, withinMs, { expire: resolve, reject });
      this.#send(subject, data, 'request', (answer) => {
        if (pending.isOpen) onAnswer(answer);
      });
    });
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    const own = (status: BusStatus): void => listener(status);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    this.#drop('closed');
    for (const end of this.#removers) end();
  }

  /** Called by the network: the connection is lost. */
  loseConnection(): void {
    if (this.#status === 'connected') this.#drop('reconnecting');
  }

  /** Called by the network. */
  restoreConnection(): void {
    if (this.#status === 'reconnecting') this.#setStatus('connected');
  }

  /** Called by the network: the process of this member is gone, and none of its code runs any more. */
  crash(): void {
    this.isCrashed = true;
    this.#listeners.clear();
    this.#pending.drop();
    this.connection++;
    for (const end of this.#removers) end();
  }

  /** Called by the network. */
  inOrder(to: MemoryBus, dueMs: number): number {
    const atMs = Math.max(dueMs, this.#lastDueMs.get(to) ?? 0);
    this.#lastDueMs.set(to, atMs);
    return atMs;
  }

  /** Called by the receiver of a request of another member. */
  answer(to: HubMember, subject: string, data: Uint8Array, onAnswer: (data: Uint8Array) => void): void {
    requireSize(subject, data, this.maxPayload);
    if (!this.isConnected) return;
    const copy = data.slice();
    this.#hub.transmit(this, to, 'reply', () => onAnswer(copy));
  }

  /** Number of receivers. */
  #send(
    subject: string,
    data: Uint8Array,
    kind: 'publish' | 'request',
    onAnswer: ((data: Uint8Array) => void) | undefined,
  ): number {
    const receivers = this.#hub.route(subject);
    for (const receiver of receivers) this.#sendTo(receiver, subject, data.slice(), kind, onAnswer);
    return receivers.length;
  }

  #sendTo(
    receiver: HubSubscription,
    subject: string,
    data: Uint8Array,
    kind: 'publish' | 'request',
    onAnswer: ((data: Uint8Array) => void) | undefined,
  ): void {
    const { member } = receiver;
    const respond = onAnswer && ((answer: Uint8Array): void => member.answer(this, subject, answer, onAnswer));
    this.#hub.transmit(this, member, kind, () => receiver.receive(subject, data, respond));
  }

  #requireMessage(subject: string, data: Uint8Array): void {
    requireSubject(subject);
    requireSize(subject, data, this.maxPayload);
  }

  #requireOnline(subject: string, data: Uint8Array): void {
    this.#requireMessage(subject, data);
    if (this.#status !== 'connected') throw notConnected(subject);
  }

  #drop(status: 'closed' | 'reconnecting'): void {
    this.connection++;
    this.#pending.failAll(connectionLost);
    this.#setStatus(status);
  }

  #setStatus(status: BusStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}
