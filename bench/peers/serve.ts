// A peer of Node's over HTTP, in a process of its own: takes its name, prints its address as a line of JSON.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loaderOf } from './install.ts'
import { PEERS } from './peers.ts'
import { benchRules } from './rules.ts'

const peer = PEERS.find(({ name }) => name === process.argv[2])
if (peer?.kind !== 'http') throw new Error('no such peer over HTTP')

const server = createServer(await peer.listener(benchRules(), loaderOf(peer)))
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
process.once('SIGTERM', () => process.exit())
