import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Gap } from '../../../../lab/load/gaps.ts'
import type { ServiceConfig } from '../../../src/settings/settings.ts'
import { CATALOG, temporaryDirectory } from '../../support/start-service.ts'

/** A service's report at its end. */
export interface LastWords {
  /** Gaps in which its event loop did not turn. */
  gaps: Gap[]
  /** Lines that it has logged as errors, JSON each. */
  lines: string[]
}

/** A service in a process of its own. */
export interface ServiceApart {
  url: string
  dataDirectory: string
  /** Lets it fold all that it has taken in, and ends it. */
  end(): Promise<LastWords>
}

async function heard<Message>(child: ChildProcess): Promise<Message> {
  const left = new AbortController()
  const exit = once(child, 'exit', { signal: left.signal }).then(([code]) => {
    throw new Error(`the service ended with code ${String(code)}`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message'), exit])) as [Message]
    return message
  } finally {
    exit.catch(() => undefined)
    left.abort()
  }
}

/** Starts a service with the catalog of the tests; it is gone when the test is over. */
export async function startApart(config: Omit<ServiceConfig, 'catalogs' | 'dataDirectory'>): Promise<ServiceApart> {
  const directory = await temporaryDirectory()
  const [catalog, dataDirectory] = [join(directory, 'catalog.yaml'), join(directory, 'data')]
  await writeFile(catalog, CATALOG)
  const settings: ServiceConfig = { port: 0, drainMs: 0, ...config, catalogs: [catalog], dataDirectory }
  const fixture = fileURLToPath(new URL('service-fixture.ts', import.meta.url))
  const child = fork(fixture, [JSON.stringify(settings)], { execArgv: ['--conditions=source'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { url } = await heard<{ url: string }>(child)
  return {
    url,
    dataDirectory,
    end() {
      const words = heard<LastWords>(child)
      child.send('end')
      return words
    },
  }
}
