import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createReadAside } from '../../../src/catalog/aside.ts'
import type { AsideRequest, Prepare } from '../../../src/catalog/aside-process.ts'
import { packedLines, sameLines } from '../../../src/catalog/packed.ts'
import { prepareCatalog } from '../../../src/catalog/prepare.ts'
import { sharePreparations } from '../../../src/catalog/share-preparations.ts'
import { prepareAtOwner } from '../../../src/service/workers/prepare-at-owner.ts'
import { servePreparations } from '../../../src/service/workers/serve-preparations.ts'
import { CATALOG, temporaryDirectory } from '../../support/start-service.ts'

const { prepared } = prepareCatalog(CATALOG, 'c.yaml')
const LINES = [...packedLines(prepared)].map((line) => Buffer.from(`${line}\n`))

const request = (text = CATALOG): AsideRequest => ({
  bytes: Buffer.from(text),
  file: 'c.yaml',
  assignments: '[["größe","s",""]]',
  version: undefined,
})

/** Answers line by line, and notes what it was asked. */
function counted(lines: readonly Uint8Array[] = LINES) {
  const asked: AsideRequest[] = []
  const prepare: Prepare = async function* (given) {
    asked.push(given)
    for (const line of lines) yield await Promise.resolve(line)
  }
  return { asked, prepare }
}

async function serve(prepare: Prepare): Promise<string> {
  const path = join(await temporaryDirectory(), 'catalogs.sock')
  onTestFinished(await servePreparations(path, prepare))
  return path
}

const read = (...from: [Prepare, ...Prepare[]]) => createReadAside(...from)(request(), () => undefined)

test('workers that read the same file, at once or soon after, have it prepared once, and get the same', async () => {
  const { asked, prepare } = counted()
  const path = await serve(sharePreparations(prepare))
  const [one, other] = await Promise.all([read(prepareAtOwner(path)), read(prepareAtOwner(path))])
  const later = await read(prepareAtOwner(path))
  expect(asked).toEqual([request()])
  for (const site of [one, other, later]) expect(site?.catalog).toMatchObject(prepared.catalog)
})

test('another text is prepared for itself', async () => {
  const { asked, prepare } = counted(sameLines().map((line) => Buffer.from(`${line}\n`)))
  const shared = sharePreparations(prepare)
  const readText = (text: string) => createReadAside(shared)(request(text), () => undefined)
  await Promise.all([readText('one'), readText('two'), readText('one')])
  expect(asked.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['one', 'two'])
})

test('what was prepared is forgotten after a while', async () => {
  const { asked, prepare } = counted()
  const shared = sharePreparations(prepare, 0)
  await read(shared)
  await expect.poll(async () => (await read(shared), asked.length)).toBeGreaterThan(1)
})

test('a worker prepares a catalog itself while its owner is away, and when it dies half-way', async () => {
  const away = counted()
  const gone = join(await temporaryDirectory(), 'nobody.sock')
  expect((await read(prepareAtOwner(gone), away.prepare))?.catalog).toMatchObject(prepared.catalog)
  const dying = counted()
  const path = await serve(async function* () {
    yield* await Promise.resolve(LINES.slice(0, 2))
    throw new Error('killed')
  })
  expect((await read(prepareAtOwner(path), dying.prepare))?.catalog).toMatchObject(prepared.catalog)
  expect([away.asked.length, dying.asked.length]).toEqual([1, 1])
})
