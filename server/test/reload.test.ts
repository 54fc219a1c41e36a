import { rename, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { CATALOG, ORIGIN, startService } from './start-service.ts'

test('a changed catalog decides without a restart, also when an editor replaces the file', async () => {
  const { decide, catalogFile, logged } = await startService()
  const before = (await decide()).body
  await writeFile(catalogFile, CATALOG.replace('/welcome.jpg', '/other.jpg'))
  const line = await logged(({ msg }) => msg === 'catalog loaded')
  const after = (await decide()).body
  expect(after.catalog).toBe(line['catalog'])
  expect(after.catalog).not.toBe(before.catalog)
  expect(JSON.stringify(after.slots['masthead'])).toContain('/other.jpg')

  await writeFile(`${catalogFile}~`, CATALOG.replace('https://www.brand.example', 'https://new.example'))
  await rename(`${catalogFile}~`, catalogFile)
  await logged(({ msg, catalog }) => msg === 'catalog loaded' && catalog !== after.catalog)
  expect((await decide({}, { origin: 'https://new.example' })).status).toBe(200)
  expect((await decide({}, { origin: ORIGIN })).status).toBe(403)
})

test('a broken catalog is logged with its place, and the last good one goes on', async () => {
  const { decide, catalogFile, logged } = await startService()
  const before = (await decide()).body
  await writeFile(catalogFile, CATALOG.replace('slot: headline', 'slot: headlines'))
  const line = await logged(({ level }) => level === 50)
  expect(line['problems']).toEqual([
    { file: catalogFile, line: 13, column: 11, message: 'unknown slot headlines: add it under slots' },
  ])
  expect((await decide()).body.catalog).toBe(before.catalog)
  await writeFile(catalogFile, `${CATALOG}# mended\n`)
  await logged(({ msg }) => msg === 'catalog loaded')
  expect((await decide()).body.catalog).not.toBe(before.catalog)
})
