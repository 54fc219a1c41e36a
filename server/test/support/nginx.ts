import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { freePort } from '../../../lab/network/free-port.ts'
import { nginxProgram } from '../../../scripts/nginx.mjs'
import { temporaryDirectory } from './start-service.ts'

/** The whole configuration around some locations. */
function configuration(directory: string, port: number, locations: string): string {
  return `
daemon off;
pid ${directory}/pid;
error_log stderr notice;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  proxy_cache_path ${directory}/cache keys_zone=prepaint:1m max_size=10m;
  server {
    listen 127.0.0.1:${port};
    ${locations}
  }
}
`
}

/** Locations as docs/contextual.md tells an operator to set them up, and `X-Cache` to look into the cache. */
function cachingLocations(serviceUrl: string): string {
  return `location /pp/ { proxy_pass ${serviceUrl}/; proxy_set_header Cookie ""; }
    location = /pp/v1/decide { proxy_pass ${serviceUrl}/v1/decide; proxy_set_header Cookie ""; }
    location /pp/v1/decide/ {
      proxy_pass ${serviceUrl}/v1/decide/;
      proxy_cache prepaint;
      proxy_cache_key $uri$is_args$args;
      proxy_cache_lock on;
      proxy_cache_use_stale updating;
      proxy_cache_background_update on;
      proxy_set_header Cookie "";
      add_header X-Cache $upstream_cache_status always;
    }
`
}

/** Debian's nginx in front of a service, as cache of its contextual decisions. Resolves with the address of `/pp`. */
export function startNginx(serviceUrl: string): Promise<string> {
  return startNginxWith(cachingLocations(serviceUrl))
}

/** Debian's nginx with some locations below `/pp`. Resolves with the address of `/pp`. */
export async function startNginxWith(locations: string): Promise<string> {
  const directory = await temporaryDirectory()
  const port = await freePort()
  const file = join(directory, 'nginx.conf')
  await writeFile(file, configuration(directory, port, locations))
  const child = spawn(nginxProgram(), ['-p', directory, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const said: string[] = []
  for await (const line of createInterface(child.stderr)) {
    said.push(line)
    if (line.includes('start worker process ')) return `http://127.0.0.1:${port}/pp`
  }
  throw new Error(`nginx does not run: ${said.join('\n')}`)
}
