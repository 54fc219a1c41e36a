import { connect, type Socket } from 'node:net'
import { quantile } from '../../lab/statistics.ts'
import type { Measurement } from '../figure.ts'
import { startTvService } from '../tv/site.ts'

const STREAMS = 2_000
const ROUNDS = 7

/** Distance between airings, in ms: nearer ones would be the same. */
const APART_MS = 95_000

/** Age of the first one, in ms: it decides for five minutes. */
const FIRST_AGE_MS = 280_000

const REQUEST = 'GET /v1/live?site=flora HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n'

interface Client {
  socket: Socket
  /** Resolves with the instant at which the next plan was there. */
  nextPlan(): Promise<number>
}

function openClient(port: number): Client {
  const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST))
  let onPlan: (atMs: number) => void = () => undefined
  socket.on('data', (bytes: Buffer) => {
    if (bytes.includes('event: plan')) onPlan(performance.now())
  })
  return { socket, nextPlan: () => new Promise((resolve) => (onPlan = resolve)) }
}

/** Time from the sending of an airing that nobody had planned to the stream by which all but one in a hundred have it. */
export const tvFanout: Measurement = {
  title: `an unplanned airing told to ${STREAMS.toLocaleString('en')} streams, service and readers in one process`,
  families: ['tv.fanoutMs'],
  async measure() {
    const service = await startTvService()
    const clients: Client[] = []
    for (let index = 0; index < STREAMS; index++) {
      const client = openClient(service.port)
      clients.push(client)
      await client.nextPlan()
    }
    // Each airing moves the end of what the one before has begun, which the plan tells.
    const firstMs = Date.now() - FIRST_AGE_MS
    const rounds: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const plans = clients.map((client) => client.nextPlan())
      const startMs = performance.now()
      await service.airing(firstMs + round * APART_MS)
      rounds.push(
        quantile(
          (await Promise.all(plans)).map((atMs) => atMs - startMs),
          0.99,
        ),
      )
    }
    for (const { socket } of clients) socket.destroy()
    await service.close()
    process.stderr.write(`  rounds: ${rounds.map((ms) => ms.toFixed(0)).join(', ')} ms\n`)
    return [{ name: 'tv.fanoutMs', value: quantile(rounds, 0.5), unit: 'ms', limit: 250 }]
  },
}
