import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { has, onCore } from './machine.js';

/** @param {string} name */
const pem = (name) => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));

/**
 * An nginx of our own on a free port and the second core, answering every request at once with a few bytes. Without nginx
 * on this machine, the process ends with a message.
 * @param {(folder: string) => string} locations more of them, in nginx's syntax; `folder` is removed when it stops
 */
export async function startNginx(locations = () => '') {
  if (!has('nginx')) {
    console.error('bench: nginx is needed as the server under load, and is not here: apt-get install nginx-light');
    process.exit(1);
  }
  const directory = mkdtempSync(join(tmpdir(), 'loadbot-bench-'));
  const port = await freePort();
  const [securePort, http2Port, secureHttp2Port] = [await freePort(), await freePort(), await freePort()];
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
     worker_rlimit_nofile 20000;
     events { worker_connections 15000; }
     http {
       access_log off; keepalive_requests 4294967295; keepalive_timeout 1h;
       ${paths.map((name) => `${name}_temp_path ${directory}/${name};`).join(' ')}
       server {
         listen 127.0.0.1:${port} backlog=4096;
         listen 127.0.0.1:${securePort} ssl;
         listen 127.0.0.1:${http2Port} http2;
         listen 127.0.0.1:${secureHttp2Port} ssl http2;
         ssl_certificate ${pem('server')};
         ssl_certificate_key ${pem('server-key')};
         location = /requests { stub_status; }
         ${locations(directory)}
         location / { return 200 "hello, world\\n"; }
       }
     }`,
  );
  const [command, args] = onCore(1, ['nginx', '-p', directory, '-c', join(directory, 'nginx.conf')]);
  const server = spawn(command, args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;

  /** Requests served so far, this one included, as nginx counts them. */
  const requests = async () => {
    const text = await (await fetch(`${url}/requests`)).text();
    return Number(/\n\s*\d+ \d+ (\d+)/.exec(text)?.[1]);
  };
  for (let tries = 0; ; tries++) {
    try {
      await requests();
      break;
    } catch (error) {
      if (tries > 50) throw error;
      await sleep(100);
    }
  }
  return {
    url,
    secureUrl: `https://127.0.0.1:${securePort}`,
    http2Url: `http://127.0.0.1:${http2Port}`,
    secureHttp2Url: `https://127.0.0.1:${secureHttp2Port}`,
    requests,
    async stop() {
      const closed = new Promise((resolve) => server.once('close', resolve));
      server.kill('SIGTERM');
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
