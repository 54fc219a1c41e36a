import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeys } from '../../server/src/identity/key.ts'
import { createService, type Service } from '../../server/src/service/service.ts'

const CATALOG = `site: shop
origins: [https://www.shop.example]
slots: { headline: {} }
audiences: { buyers: { events.Bought: { $gte: 1 } } }
experiences:
  - id: thanks
    slot: headline
    audience: buyers
    variants: [{ id: thanks, do: [{ text: Thank you }] }]
`

/** Of a service that lives for one run, on loopback. */
const SECRET = '0123456789abcdef'.repeat(2)

/** A service over real files that listens on a free port of loopback. */
export interface FuzzService {
  service: Service
  url: string
  /** A server key of its one site. */
  serverKey: string
  /** Ends it and removes its files. */
  close(): Promise<void>
}

/** Starts a service that nobody else uses, of the site `shop`; by default it shows its one experience to whoever has bought something. */
export async function startFuzzService(text = CATALOG): Promise<FuzzService> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-fuzz-'))
  const catalog = join(directory, 'catalog.yaml')
  await writeFile(catalog, text)
  const config = {
    catalogs: [catalog],
    dataDirectory: join(directory, 'data'),
    secret: SECRET,
    port: 0,
    drainMs: 0,
    requestTimeoutMs: 2_000,
  }
  const service = await createService(config, { logStream: { write: () => undefined } })
  const { url } = await service.listen()
  return {
    service,
    url,
    serverKey: createKeys(SECRET).issue({ site: 'shop', access: 'server' }),
    async close() {
      await service.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
