import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'undici';
import { CHROMIUM, findBinary } from '../needs.ts';

export { CHROMIUM };

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
}
type Fields = Readonly<Record<string, unknown>>;

const QUIETLY = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'];

/** How a page is looked at. */
export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly isDark?: boolean;
  /** Pixels of the device for one of the page. Default: 1. */
  readonly scale?: number;
  /** Default: true. */
  readonly hasScript?: boolean;
}

/** A page in headless Chromium, driven over its DevTools protocol. */
export class Browser {
  /** All console messages and exceptions of the page. */
  readonly complaints: string[] = [];
  /** URLs of every request that it made. */
  readonly requests: string[] = [];
  readonly #socket: WebSocket;
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #loads: (() => void)[] = [];
  readonly #listeners: ((method: string, params: Fields) => void)[] = [];
  #calls = 0;

  private constructor(socket: WebSocket, process: ChildProcess, profile: string) {
    this.#socket = socket;
    this.#process = process;
    this.#profile = profile;
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Reply));
  }

  static async open(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'loadbot-browser-'));
    const child = spawn(
      findBinary(CHROMIUM.name) ?? CHROMIUM.name,
      [...QUIETLY, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const address = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const port = /DevTools listening on ws:\/\/([^/]+)\//.exec(output)?.[1];
        if (port !== undefined) resolve(port);
      });
      child.once('exit', () => reject(new Error(`chromium ended: ${output}`)));
    });
    const pages = (await (await fetch(`http://${address}/json/list`)).json()) as {
      readonly type: string;
      readonly webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(pages.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    const browser = new Browser(socket, child, profile);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.#call(`${domain}.enable`);
    // Time of the thread itself: other processes do not count.
    await browser.#call('Performance.enable', { timeDomain: 'threadTicks' });
    return browser;
  }

  /** Opens a file and waits until it has loaded and drawn. */
  async show(path: string, view: View = {}): Promise<void> {
    const { hasScript = true } = view;
    await this.#setView(view);
    await this.#call('Emulation.setScriptExecutionDisabled', { value: !hasScript });
    await this.visit(pathToFileURL(path).href);
    // Timers of a page without scripts never fire.
    if (hasScript) await this.#drawn();
  }

  /** Changes size and theme of the open page, and waits until it has drawn. */
  async changeView(view: Omit<View, 'hasScript'>): Promise<void> {
    await this.#setView(view);
    await this.#drawn();
  }

  async #setView({ width = 1280, height = 900, isDark = false, scale = 1 }: View): Promise<void> {
    await this.#call('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: scale,
      mobile: width < 600,
    });
    await this.#call('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }],
    });
  }

  async #drawn(): Promise<void> {
    await this.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))');
  }

  /** The whole page as a PNG file. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.#call('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(String(data), 'base64');
  }

  /** Opens a URL and waits until the page has loaded. */
  async visit(url: string): Promise<void> {
    const loaded = this.loaded();
    await this.#call('Page.navigate', { url });
    await loaded;
  }

  /** Resolves when the next page has loaded. */
  loaded(): Promise<void> {
    return new Promise((resolve) => this.#loads.push(resolve));
  }

  /** Calls back for each event of the page, with its name and parameters. */
  onEvent(listener: (method: string, params: Fields) => void): void {
    this.#listeners.push(listener);
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#call('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as Fields).value;
  }

  /** Seconds of processor time that the main thread of the page now shown has taken. */
  async busySeconds(): Promise<number> {
    const { metrics } = await this.#call('Performance.getMetrics');
    const { value } = (metrics as { name: string; value: number }[]).find(({ name }) => name === 'TaskDuration') ?? {};
    if (value === undefined) throw new Error('Chromium does not say how long its tasks took');
    return value;
  }

  async press(key: string): Promise<void> {
    // A button takes the character for a click.
    const text = key === 'Enter' ? { text: '\r' } : {};
    await this.#call('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
    await this.#call('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }

  /** Drags the mouse from one place to another. */
  async drag(from: readonly [x: number, y: number], to: readonly [x: number, y: number]): Promise<void> {
    const send = (type: string, [x, y]: readonly [number, number], buttons: number): Promise<Fields> =>
      this.#call('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons, clickCount: 1 });
    await send('mouseMoved', from, 0);
    await send('mousePressed', from, 1);
    await send('mouseMoved', to, 1);
    await send('mouseReleased', to, 0);
    await this.evaluate('new Promise((done) => setTimeout(done, 50))');
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
    // Its helper processes may still write there; what is left in the temporary folder fails no test.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20 }).catch(() => {});
  }

  async #call(method: string, params: Fields = {}): Promise<Fields> {
    const id = ++this.#calls;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
    this.#waiting.delete(id);
    if (reply.result === undefined) throw new Error(`${method}: ${JSON.stringify(reply)}`);
    return reply.result;
  }

  #hear(reply: Reply): void {
    if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
    if (reply.method !== undefined) for (const listen of this.#listeners) listen(reply.method, reply.params ?? {});
    const parameters = JSON.stringify(reply.params);
    if (reply.method === 'Page.loadEventFired') for (const resolve of this.#loads.splice(0)) resolve();
    if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(reply.method ?? '')) {
      this.complaints.push(/"description":"((?:[^"\\\\]|\\\\.)*)"/.exec(parameters)?.[1] ?? parameters);
    }
    if (reply.method === 'Network.requestWillBeSent') this.requests.push(String((reply.params!.request as Fields).url)); // an event has them
  }
}
