import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createService, type Service, type ServiceConfig } from 'prepaint-server'

/** A decision service on a free port of loopback. */
export interface RunningService {
  service: Service
  port: number
  /** Folder of its log, its profiles and its secret. */
  dataDirectory: string
  /** Stops it and forgets every visitor. */
  close(): Promise<void>
}

/** Options for starting a service. */
export interface ServiceOptions {
  /** Address of a cluster for profiles, such as `cql://…`; default: LMDB in its folder. */
  store?: string
  /** Its clock, in ms since 1970; default: the machine's. */
  now?: () => number
  /** Other settings of it. */
  settings?: Partial<ServiceConfig>
}

const silence = new Writable({
  write(_chunk, _encoding, done) {
    done()
  },
})

/** Starts a service for one catalog, with a folder of its own. */
export async function startService(
  catalog: string,
  { store, now, settings }: ServiceOptions = {},
): Promise<RunningService> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'prepaint-lab-'))
  const forget = (): Promise<void> => rm(dataDirectory, { recursive: true })
  try {
    const service = await createService(
      {
        catalogs: [catalog],
        dataDirectory,
        port: 0,
        allowLoopbackOrigins: true,
        ...(store !== undefined && { store }),
        ...settings,
      },
      { logStream: silence, ...(now !== undefined && { now }) },
    )
    const { port } = await service.listen()
    return {
      service,
      port,
      dataDirectory,
      async close() {
        await service.close()
        await forget()
      },
    }
  } catch (error) {
    await forget()
    throw error
  }
}
