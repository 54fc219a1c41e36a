import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { requireJava } from '../../scripts/java.mjs'
import { CassandraError } from './cassandra-error.ts'

/** The Cassandra that the tests run: 5.0 takes JDK 11 and 17. */
export const CASSANDRA_VERSION = '5.0.8'

/** Outside of the repository: a fresh clone of it need not load 67 MB again. */
const cache = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'prepaint',
  `cassandra-${CASSANDRA_VERSION}`,
)

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>prepaint</groupId>
  <artifactId>lab</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.cassandra</groupId>
      <artifactId>cassandra-all</artifactId>
      <version>${CASSANDRA_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`

async function copyJars(to: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const pom = join(cache, 'pom.xml')
  await writeFile(pom, POM)
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${to}`]
  const maven = spawn('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [maven.stdout, maven.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const [code] = (await once(maven, 'close')) as [number | null]
  if (code !== 0)
    throw new CassandraError('jars_failed', `Maven did not bring Cassandra ${CASSANDRA_VERSION}:\n${output}`)
}

/**
 * The folder with Cassandra's jars; Maven brings them once. `onProgress` is told before it does.
 * @throws CassandraError
 */
export async function resolveJars(onProgress: (step: string) => void): Promise<string> {
  const folder = join(cache, 'lib')
  if (existsSync(folder)) return folder
  requireJava()
  onProgress(`bringing Cassandra ${CASSANDRA_VERSION} by Maven (67 MB, once)`)
  // Under another name first: a folder that is there is whole.
  const draft = join(cache, `lib-${process.pid}`)
  try {
    await copyJars(draft)
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return folder
}

/** Path of the one jar whose name begins so. */
export async function jarNamed(folder: string, start: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.startsWith(start))
  if (name === undefined) throw new CassandraError('jars_failed', `no ${start}*.jar in ${folder}: delete that folder`)
  return join(folder, name)
}
