import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { onCore } from '../machine.js';

const SERVER = fileURLToPath(new URL('websocket-server.js', import.meta.url));

/**
 * A protocol beside the databases: a message of JSON, and the answer with the same id.
 * @type {import('../databases.js').Database}
 */
export const WEBSOCKET = {
  name: 'WebSocket',
  needs: [],
  async start() {
    const [command, args] = onCore(1, [process.execPath, SERVER]);
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = await once(child.stdout, 'data');
    const port = Number(String(text));
    const stop = async () => {
      child.kill();
      await once(child, 'exit');
    };
    return { url: `ws://127.0.0.1:${port}`, port, stop };
  },
  job: { type: 'read', command: { send: { id: '#sequence', get: 'price' }, match: { '/id': '#sequence' } } },
  bare: async (url) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    let id = 0;
    /** @type {(error: unknown) => void} */
    let answered = () => {};
    socket.on('message', (/** @type {Buffer} */ data) => {
      if (JSON.parse(data.toString()).id === id) answered(undefined);
    });
    return (done) => {
      answered = done;
      id++;
      socket.send(JSON.stringify({ id, get: 'price' }));
    };
  },
  references: [],
};
