import {
  loadPackageDefinition,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceDefinition,
  status as STATUS,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { certificate } from '../certificates/certificates.ts';

/** The services of the server. */
export const PROTO = fileURLToPath(new URL('../../workloads/shop.proto', import.meta.url));

interface OrderRequest {
  readonly id: string;
}

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly total?: number;
}

interface OrdersOptions {
  /** Before each answer, in milliseconds. */
  readonly delayMs?: number;
  readonly tls?: boolean;
  /** Size of the name of each customer in characters. */
  readonly size?: number;
  readonly port?: number;
  readonly hasReflection?: boolean;
}

/** Number of the status that a request for a negative id gets: -5 is NOT_FOUND. */
const failureOf = (id: string): { readonly code: number; readonly details: string } | undefined =>
  Number(id) < 0 ? { code: -Number(id), details: `order ${id}` } : undefined;

/** A gRPC server of grpc-js: odd ids are not found when `size` is given, negative ones fail with their status. */
export class OrdersServer {
  readonly #options: OrdersOptions;
  readonly #server: Server;
  port = 0;
  /** Calls by method. */
  readonly calls = { get: 0, list: 0, import: 0, quote: 0 };
  readonly metadata: Metadata[] = [];
  readonly deadlinesMs: number[] = [];
  readonly imported: Order[] = [];
  /** From the call to the answer of each `Get`. */
  readonly durationsMs: number[] = [];

  private constructor(options: OrdersOptions) {
    this.#options = options;
    this.#server = new Server({ 'grpc.max_concurrent_streams': 100 });
  }

  static async start(options: OrdersOptions = {}): Promise<OrdersServer> {
    const server = new OrdersServer(options);
    await server.#listen();
    return server;
  }

  get total(): number {
    return Object.values(this.calls).reduce((sum, calls) => sum + calls, 0);
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    const definition = loadSync(PROTO, { keepCase: true, longs: String, enums: String });
    const loaded = loadPackageDefinition(definition) as unknown as {
      readonly shop: { readonly Orders: { readonly service: ServiceDefinition } };
    };
    this.#server.addService(loaded.shop.Orders.service, {
      Get: (call: ServerUnaryCall<OrderRequest, Order>, done: sendUnaryData<Order>) => void this.#get(call, done),
      List: (call: ServerWritableStream<{ readonly count: number }, Order>) => this.#list(call),
      Import: (call: ServerReadableStream<Order, unknown>, done: sendUnaryData<unknown>) => this.#import(call, done),
      Quote: (call: ServerDuplexStream<OrderRequest, Order>) => this.#quote(call),
    });
    if (this.#options.hasReflection === true) new ReflectionService(definition).addToServer(this.#server);
    const pair = {
      cert_chain: Buffer.from(certificate('server')),
      private_key: Buffer.from(certificate('server-key')),
    };
    const credentials =
      this.#options.tls === true ? ServerCredentials.createSsl(null, [pair]) : ServerCredentials.createInsecure();
    this.port = await new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${this.#options.port ?? 0}`, credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }

  async #get(call: ServerUnaryCall<OrderRequest, Order>, done: sendUnaryData<Order>): Promise<void> {
    const startMs = performance.now();
    this.calls.get++;
    this.metadata.push(call.metadata);
    this.deadlinesMs.push(Number(call.getDeadline()) - Date.now());
    const { delayMs = 0, size } = this.#options;
    if (delayMs > 0) await delay(delayMs);
    const { id } = call.request;
    this.durationsMs.push(performance.now() - startMs);
    const isMissing = size !== undefined && Number(id) % 2 === 1;
    const fault = isMissing ? { code: STATUS.NOT_FOUND, details: 'no such order' } : failureOf(id);
    if (fault === undefined) done(null, this.#order(id));
    else done(fault);
  }

  #list(call: ServerWritableStream<{ readonly count: number }, Order>): void {
    this.calls.list++;
    for (let id = 0; id < call.request.count; id++) call.write(this.#order(String(id)));
    call.end();
  }

  #import(call: ServerReadableStream<Order, unknown>, done: sendUnaryData<unknown>): void {
    this.calls.import++;
    const orders: Order[] = [];
    call.on('data', (order: Order) => orders.push(order));
    call.on('end', () => {
      this.imported.push(...orders);
      done(null, { orders: orders.length, total: orders.reduce((sum, { total = 0 }) => sum + total, 0) });
    });
  }

  #quote(call: ServerDuplexStream<OrderRequest, Order>): void {
    this.calls.quote++;
    call.on('data', ({ id }: OrderRequest) => call.write(this.#order(id)));
    call.on('end', () => call.end());
  }

  #order(id: string): Order {
    return { id, customer: 'x'.repeat(this.#options.size ?? 10), total: 1.5 };
  }
}
