import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spotAt, stateTv, TV_SECRET } from '../../lab/tv/site.ts'
import { createService } from '../../server/src/service/service.ts'

/** A site with one live slot that one spot decides. */
const CATALOG = `site: flora
origins: [https://www.brand.example]
tv:
  feeds:
    itv: { zone: Europe/London, areas: [c/GB], delays: { ota: 4s } }
  spots:
    roses-30: { brand: flora, product: roses, ids: [HDCM10648] }
slots:
  hero: { live: true }
audiences:
  saw-roses: { tv.spot.aired: { spot: roses-30, within: 5m } }
experiences:
  - { id: roses, slot: hero, audience: saw-roses, variants: [{ id: roses, do: [{ text: The roses from TV }] }] }
`

/** A service with TV, in this process. */
export interface TvService {
  port: number
  /** States that the spot has aired, or will; resolves when that is in the log. */
  airing(fromMs: number): Promise<void>
  close(): Promise<void>
}

/** Starts one over files of its own. */
export async function startTvService(): Promise<TvService> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-bench-tv-'))
  const catalog = join(directory, 'catalog.yaml')
  await writeFile(catalog, CATALOG)
  const service = await createService(
    {
      catalogs: [catalog],
      dataDirectory: join(directory, 'data'),
      secret: TV_SECRET,
      port: 0,
      drainMs: 0,
      allowLoopbackOrigins: true,
    },
    { logStream: { write: () => undefined } },
  )
  const { url } = await service.listen()
  return {
    port: Number(new URL(url).port),
    async airing(fromMs) {
      const status = await stateTv(url, { statements: [spotAt(fromMs)] })
      if (status !== 202) throw new Error(`the airing was answered with ${status}`)
    },
    async close() {
      await service.close()
      await rm(directory, { recursive: true })
    },
  }
}
