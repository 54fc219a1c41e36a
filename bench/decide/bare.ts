// The floor of a decision over HTTP: reads and parses the question, and writes the answer that it was started with.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const [answer = ''] = process.argv.slice(2)
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(answer) }

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { v } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { v: number }
    response.writeHead(v === 1 ? 200 : 400, headers).end(answer)
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
process.once('SIGTERM', () => process.exit())
