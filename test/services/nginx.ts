import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NGINX } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { NGINX };

/** An nginx of a test's own that answers every request with a few bytes. */
export interface NginxService extends Service {
  readonly origin: string;
  /** Requests served since its start, this question not counted. */
  requests(): Promise<number>;
}

export async function startNginx(): Promise<NginxService> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const status = `${origin}/status`;
  const service = await startService({
    binary: NGINX,
    readyUrl: status,
    async args(folder) {
      await writeFile(join(folder, 'nginx.conf'), configuration(folder, port));
      return ['-p', folder, '-c', join(folder, 'nginx.conf')];
    },
  });
  let questions = 0;
  const count = async (): Promise<number> => {
    const text = await (await fetch(status)).text();
    return Number(/\n\s*\d+ \d+ (\d+)/.exec(text)?.[1]);
  };
  const before = await count();
  return {
    ...service,
    origin,
    async requests() {
      questions++;
      return (await count()) - before - questions;
    },
  };
}

function configuration(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; keepalive_requests 4294967295; keepalive_timeout 1h;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      server {
        listen 127.0.0.1:${port};
        location = /status { stub_status; }
        location / { return 200 "hello, world\\n"; }
      }
    }`;
}
