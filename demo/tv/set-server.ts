import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { assetOf } from '../../lab/network/asset.ts'
import { listen, type Listening } from '../../lab/network/listen.ts'
import type { Channel } from '../../lab/tv/day.ts'
import type { Replay } from './replay.ts'

/** Files of the set's page by their address. */
const FILES: { [path: string]: string } = { '/tv/set.css': 'set.css', '/tv/set.js': 'set.js' }

const page = readFileSync(new URL('set/set.html', import.meta.url))

interface Order {
  pace?: number
  toMs?: number
}

/** The clock as the set's page reads it. */
function stateOf(replay: Replay): object {
  return { nowMs: replay.now(), rate: replay.rate(), pace: replay.pace, breaks: replay.breaks() }
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
}

/** Serves the set's page, the day, and the clock, which the page may move. For a demo: it does what anybody on this machine tells it. */
export async function serveSet(channels: readonly Channel[], replay: Replay): Promise<Listening> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', method } = request
    const file = FILES[url]
    if (url === '/tv') return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
    if (url === '/tv/day.json') return sendJson(response, channels)
    if (url === '/tv/clock' && method === 'POST') {
      const { pace, toMs } = JSON.parse(await text(request)) as Order
      if (pace !== undefined) replay.setPace(pace)
      if (toMs !== undefined) replay.jump(toMs)
    }
    if (url === '/tv/clock') return sendJson(response, stateOf(replay))
    const asset = file === undefined ? undefined : assetOf(fileURLToPath(new URL(`set/${file}`, import.meta.url)))
    if (!asset) return void response.writeHead(404).end()
    response
      .writeHead(200, { 'content-type': asset.type, ...asset.headers, 'cache-control': 'no-cache' })
      .end(asset.body)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end())
  })
  return listen(server)
}
