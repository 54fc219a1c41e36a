import { join } from 'node:path'
import { createService } from '../../../src/service/service.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'

/**
 * A service in a process of its own, which may end by a signal. Starts it, waits until all is folded, asks for a decision,
 * ends it, and prints what the profiles of the visitors are, and what was told.
 */
const [catalog = '', dataDirectory = '', ...visitors] = process.argv.slice(2)
const told: string[] = []
const logStream = { write: (line: string) => void told.push((JSON.parse(line) as { msg: string }).msg) }
const service = await createService({ catalogs: [catalog], dataDirectory, port: 0, drainMs: 0 }, { logStream })
const { url } = await service.listen()
await service.caughtUp()
const page = { path: '/', campaign: '', referrer: '' }
const body = JSON.stringify({ v: 1, site: 'agency', consent: 'granted', page })
const { status } = await fetch(`${url}/v1/decide`, { method: 'POST', body })
await service.close()
const store = openLmdbStore(join(dataDirectory, 'profiles'), { isReadOnly: true })
const profiles = await Promise.all(visitors.map(async (id) => (await store.base('agency', id))?.profile))
await store.close()
process.stdout.write(JSON.stringify({ status, told, profiles }))
