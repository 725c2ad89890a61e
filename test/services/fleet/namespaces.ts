import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { eventually } from '../service.ts';

const execute = promisify(execFile);

/** A network stack of its own, without links at first. It ends with its last process, so that nothing is left behind. */
export class NetworkNamespace {
  /** Command and arguments that start a process inside. */
  readonly prefix: readonly string[];
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
    this.prefix = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
  }

  static async start(): Promise<NetworkNamespace> {
    // It ends with this process, too, whose end closes its standard input.
    const holder = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const isOwn = (): boolean => readlinkSync(`/proc/${holder.pid}/ns/net`) !== readlinkSync('/proc/self/ns/net');
    await eventually(() => Promise.resolve(isOwn() || undefined));
    const namespace = new NetworkNamespace(holder);
    await namespace.ip('link', 'set', 'lo', 'up');
    return namespace;
  }

  /** Connects both namespaces by a link: this one has the address PREFIX.1 on it, the other one PREFIX.2. */
  async connect(other: NetworkNamespace, link: string, prefix: string): Promise<void> {
    await this.ip('link', 'add', link, 'type', 'veth', 'peer', 'name', link, 'netns', String(other.#holder.pid));
    for (const [namespace, host] of [[this, 1] as const, [other, 2] as const]) {
      await namespace.ip('address', 'add', `${prefix}.${host}/24`, 'dev', link);
      await namespace.ip('link', 'set', link, 'up');
    }
  }

  /** Sets this end of a link down, as the loss of a cable does, or up again. */
  async setLink(link: string, isUp: boolean): Promise<void> {
    await this.ip('link', 'set', link, isUp ? 'up' : 'down');
  }

  /** Executes a command inside, and returns its output. */
  async execute(...command: readonly string[]): Promise<string> {
    const [nsenter = '', ...rest] = [...this.prefix, ...command];
    return (await execute(nsenter, rest)).stdout;
  }

  close(): void {
    this.#holder.stdin?.end();
  }

  private async ip(...parameters: readonly string[]): Promise<void> {
    await this.execute('ip', ...parameters);
  }
}
