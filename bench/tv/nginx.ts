import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../lab/network/free-port.ts'
import { nginxProgram } from '../../scripts/nginx.mjs'

/** As docs/contextual.md has it. */
const configuration = (directory: string, port: number, servicePort: number): string => `
daemon off;
pid ${directory}/pid;
error_log stderr notice;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  keepalive_requests 100000000;
  proxy_cache_path ${directory}/cache keys_zone=prepaint:10m max_size=100m;
  server {
    listen 127.0.0.1:${port};
    location /v1/decide/ {
      proxy_pass http://127.0.0.1:${servicePort}/v1/decide/;
      proxy_cache prepaint;
      proxy_cache_key $uri$is_args$args;
      proxy_cache_lock on;
      proxy_cache_use_stale updating;
      proxy_cache_background_update on;
      proxy_set_header Cookie "";
    }
  }
}
`

/** Runs nginx as cache of a service's contextual decisions, in one process. */
export async function startCache(servicePort: number): Promise<{ port: number; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-bench-nginx-'))
  const port = await freePort()
  const file = join(directory, 'nginx.conf')
  await writeFile(file, configuration(directory, port, servicePort))
  const child = spawn(nginxProgram(), ['-p', directory, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stderr)) if (line.includes('start worker process ')) break
  return {
    port,
    async close() {
      child.kill('SIGTERM')
      await exited
      await rm(directory, { recursive: true })
    },
  }
}
