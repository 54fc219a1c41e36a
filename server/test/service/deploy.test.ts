import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createChunkFetcher } from '../../src/service/fetch-chunk.ts'
import { MAX_CHUNK_BYTES } from '../../src/snippet/chunks.ts'
import { builtFolder, chunk } from '../support/chunks.ts'
import { deadStore } from '../support/dead-store.ts'
import { startService, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const earlier = [chunk('late', 'late(1)'), chunk('api', 'api(1)')]
const later = [chunk('late', 'late(2)'), chunk('api', 'api(2)')]

/** Returns the text of what a service has under a name, or the status that says that it has none. */
async function load(url: string, name: string): Promise<string | number> {
  const response = await fetch(`${url}/${name}`)
  return response.ok ? (await response.text()).trim() : response.status
}

test('a tag of the build before finds its chunks at the service after a deploy', async () => {
  const dataDirectory = await temporaryDirectory()
  const before = await startService({ dataDirectory }, { builtDirectory: await builtFolder(earlier) })
  await before.service.close()
  const after = await startService({ dataDirectory }, { builtDirectory: await builtFolder(later) })
  for (const [name, bytes] of [...earlier, ...later]) expect(await load(after.url, name)).toBe(String(bytes).trim())
  expect(await load(after.url, 'prepaint-late.js')).toBe("'prepaint-late.js'")
})

test('a service that keeps nothing on its disk has the chunks of every build that the owner of the log has had', async () => {
  const dataDirectory = await temporaryDirectory()
  const before = await startService({ dataDirectory, secret }, { builtDirectory: await builtFolder(earlier) })
  await before.service.close()
  const owner = await startService({ dataDirectory, secret }, { builtDirectory: await builtFolder(later) })
  const follow = async (chunks: typeof later) =>
    startService(
      { secret, store: 'cql://127.0.0.1/none?dc=none', forwardEvents: owner.service.adminAddress?.url as string },
      { store: deadStore(), builtDirectory: await builtFolder(chunks) },
    )
  // One that was deployed with the owner, one that is yet to be, and what they have fetched is there without the owner.
  const followers = [await follow(later), await follow(earlier)]
  const [[late], [api]] = [earlier[0] ?? expect.unreachable(), later[1] ?? expect.unreachable()]
  for (const { url } of followers) expect([await load(url, late), await load(url, api)]).toEqual(['late(1)', 'api(2)'])
  await owner.service.close()
  for (const { url } of followers) expect([await load(url, late), await load(url, api)]).toEqual(['late(1)', 'api(2)'])
  for (const { url } of followers) expect(await load(url, chunk('late', 'never()')[0])).toBe(404)
})

/** An owner that answers as it is told, and its count of questions. */
async function pretendOwner(bytesOf: (path: string) => Buffer | undefined | Promise<never>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    void Promise.resolve(bytesOf(request.url ?? '')).then((bytes) => {
      response.writeHead(bytes ? 200 : 404).end(bytes)
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return { asked, ownerUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('what the owner answers is compared with the name, and is no longer than a chunk', async () => {
  const large = chunk('late', `/*${'x'.repeat(MAX_CHUNK_BYTES)}*/`)
  const { ownerUrl } = await pretendOwner((path) => (path.includes(large[0]) ? large[1] : Buffer.from('alert()')))
  const find = createChunkFetcher({ ownerUrl, current: new Map(), now: () => 0 })
  expect(await find(chunk('late', 'late(1)')[0])).toBeUndefined()
  expect(await find(large[0])).toBeUndefined()
})

test('names that are made up cost the owner four questions at once, and none if they are no names of chunks', async () => {
  const never = new Promise<never>(() => undefined)
  const { asked, ownerUrl } = await pretendOwner(() => never)
  const find = createChunkFetcher({ ownerUrl, current: new Map(later), now: () => 0 })
  const [[name, bytes]] = [later[0] ?? expect.unreachable()]
  expect(await find(name)).toEqual(bytes)
  expect(await find('prepaint-../../secret')).toBeUndefined()
  const names = Array.from({ length: 10 }, (_, index) => chunk('late', `never(${index})`)[0])
  const waiting = [...names, ...names].map((name) => find(name))
  expect((await Promise.all(waiting)).every((found) => found === undefined)).toBe(true)
  expect(asked.sort()).toEqual(
    names
      .slice(0, 4)
      .map((name) => `/${name}`)
      .sort(),
  )
})

test('the chunks of the data directory are files, and no request can name another one', async () => {
  const dataDirectory = await temporaryDirectory()
  const { url, dataDirectory: data } = await startService(
    { dataDirectory },
    { builtDirectory: await builtFolder(later) },
  )
  // What is put there while it runs is seen at the next start: a request never looks into the folder.
  const [name, bytes] = chunk('late', 'put()')
  await writeFile(join(data, 'chunks', name), bytes)
  expect(await load(url, name)).toBe(404)
  for (const path of ['chunks/../secret', 'prepaint-%2e%2e/secret', 'prepaint-x/../../secret', '%2e%2e/secret'])
    expect(await load(url, path)).toBe(404)
})
