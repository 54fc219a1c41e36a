import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createService, type Service } from 'prepaint-server'

/** A decision service on a free port of loopback. */
export interface RunningService {
  service: Service
  port: number
  /** Folder of its log, its profiles and its secret. */
  dataDirectory: string
  /** Stops it and forgets every visitor. */
  close(): Promise<void>
}

const silence = new Writable({
  write(_chunk, _encoding, done) {
    done()
  },
})

/** Starts a service for one catalog, with a folder of its own; profiles are in LMDB there, or in the cluster at `store`. */
export async function startService(catalog: string, store?: string): Promise<RunningService> {
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
      },
      { logStream: silence },
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
