import { createService } from '../../../src/service/service.ts'

/** A service in a process of its own, whose clock its parent sets. Tells its address when it listens, and each time that it has taken. */
const [catalog = '', dataDirectory = '', secret = '', beginMs = ''] = process.argv.slice(2)
let nowMs = Number(beginMs)
process.on('message', (toMs: number) => {
  nowMs = toMs
  process.send?.({ nowMs })
})
const parts = { logStream: { write: () => undefined }, now: () => nowMs }
// All visitors come from one network, and the clock stands still while they do.
const limits = { visitorPerMinute: 1e6, networkPerMinute: 1e9, sitePerMinute: 1e9 }
const service = await createService({ catalogs: [catalog], dataDirectory, secret, port: 0, ...limits }, parts)
process.send?.({ url: (await service.listen()).url })
