/** Milliseconds before a reconnect: at first, and at most. */
const RECONNECT_MS = [500, 10_000];

/** Name of the token in the storage of this tab. */
const TOKEN_KEY = 'loadbot-token';

/** Headers with the token of this tab, if it has one. @returns {Record<string, string>} */
function accessHeaders() {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Keeps the token for this tab. @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(TOKEN_KEY, token);
}

/** Whether this tab has a token. */
export function hasToken() {
  return sessionStorage.getItem(TOKEN_KEY) !== null;
}

/** Fetches an answer of the control API. @param {string} path */
export function fetchFromAgent(path) {
  return fetch(path, { headers: accessHeaders() });
}

/**
 * Asks the control API; resolves with the status and the JSON of the answer, `undefined` where it is none.
 * @param {string} path
 * @param {unknown} [body] makes it a POST
 * @returns {Promise<{ status: number; data: any }>}
 */
export async function askAgent(path, body) {
  const sent =
    body === undefined
      ? { headers: accessHeaders() }
      : {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { ...accessHeaders(), 'content-type': 'application/json' },
        };
  const response = await fetch(path, sent);
  return { status: response.status, data: await response.json().catch(() => undefined) };
}

/** Listeners of the event stream. @typedef {{
 *   onEvent: (name: string, data: any) => void;
 *   onConnection: (state: 'connected' | 'lost' | 'refused') => void;
 * }} StreamListeners */

/**
 * Reads the event stream until the page closes, and continues where it was after a failure. `EventSource` cannot send
 * the token.
 * @param {StreamListeners} listeners
 */
export async function followEvents({ onEvent, onConnection }) {
  let lastId = '';
  let waitMs = RECONNECT_MS[0] ?? 0;
  for (;;) {
    try {
      const headers = { ...accessHeaders(), ...(lastId === '' ? {} : { 'last-event-id': lastId }) };
      const response = await fetch('events?report=1', { headers });
      if (response.status === 401) {
        onConnection('refused');
        return;
      }
      if (response.ok && response.body !== null) {
        onConnection('connected');
        waitMs = RECONNECT_MS[0] ?? 0;
        await readEvents(response.body, (name, data, id) => {
          if (id !== '') lastId = id;
          onEvent(name, data);
        });
      }
    } catch {
      // The process has ended, or the network is down: both look the same.
    }
    onConnection('lost');
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(waitMs * 2, RECONNECT_MS[1] ?? waitMs);
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {(name: string, data: any, id: string) => void} onEvent
 */
async function readEvents(body, onEvent) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const { event = '', data = 'null', id = '' } = fieldsOf(block);
      onEvent(event, JSON.parse(data), id);
    }
  }
}

/** @param {string} block @returns {Record<string, string>} */
function fieldsOf(block) {
  return Object.fromEntries(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
}
