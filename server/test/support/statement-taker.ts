import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Statement } from 'prepaint/engine'
import { onTestFinished } from 'vitest'
import { runCommand } from './run-command.ts'
import { TV_CATALOG } from './tv-catalog.ts'

/** The secret of services to which statements are sent, and the environment that has it. */
export const STATEMENT_SECRET = 's'.repeat(32)
export const STATEMENT_ENV = { PREPAINT_SECRET: STATEMENT_SECRET }

/** First line of a CSV log. */
export const LOG_HEAD = 'feed,timestamp,spot,duration\n'

interface Body {
  v: number
  site: string
  statements: Statement[]
}

type Answer = (count: number, body: Body) => { status: number; body: unknown }

/** A service that only takes statements, and a playlist beside it, for one of the commands of TV that send. */
export async function startStatementTaker(
  command: 'import' | 'replay',
  answer: Answer = () => ({ status: 202, body: {} }),
) {
  const bodies: Body[] = []
  const requests: { headers: IncomingMessage['headers']; bytes: number; address: string }[] = []
  const playlist = { text: '' }
  const arrived = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/live.m3u8') return response.end(playlist.text)
      const content = await text(request)
      const body = JSON.parse(content) as Body
      requests.push({ headers: request.headers, bytes: content.length, address: `${request.method} ${request.url}` })
      const { status, body: said } = answer(requests.length, body)
      if (status < 300) bodies.push(body)
      arrived.resolve()
      return response
        .writeHead(status, { 'retry-after': '0' })
        .end(JSON.stringify(status < 300 ? { v: 1, accepted: body.statements.length, ...Object(said) } : said))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-tv-'))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(directory, name), content)
    return join(directory, name)
  }
  const catalog = await write('catalog.yaml', TV_CATALOG.replace('one.uk', 'one.uk, UK_RT_2667'))
  const options = ['--site', 'agency', '--url', url, '--catalog', catalog, '--json']
  const args = (...more: string[]) => ['tv', command, ...more, ...options]
  async function bring(...more: string[]) {
    const { code, stdout, stderr } = await runCommand(args(...more), STATEMENT_ENV)
    const answer = JSON.parse(stdout) as {
      inputs: { airings: number; spots: number; counts: object }[]
      isWhole: boolean
      begun?: number
    }
    return { code, stderr, ...answer }
  }
  return { bodies, requests, url, write, args, bring, playlist, arrived: arrived.promise }
}
