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

test('an experience that is switched off is gone from the next decision on, and a strict one is never painted from a copy', async () => {
  const strict = CATALOG.replace('- id: welcome\n', '- id: welcome\n    strict: true\n')
  const { decide, catalogFile, logged } = await startService()
  await writeFile(catalogFile, strict)
  const { catalog } = await logged(({ msg }) => msg === 'catalog loaded')
  const on = (await decide()).body
  expect(on.slots['masthead']).toMatchObject({ experience: 'welcome', ttlMs: 1 })
  await writeFile(catalogFile, strict.replace('    strict: true\n', '    strict: true\n    enabled: false\n'))
  await logged((line) => line.msg === 'catalog loaded' && line['catalog'] !== catalog)
  expect((await decide()).body.slots['masthead']).toMatchObject({ reason: 'no-match' })
})

test('twenty reloads under load drop no request, and every answer names the version that decided it', async () => {
  const { decide, catalogFile, logged } = await startService()
  const texts = Array.from({ length: 20 }, (_none, index) => CATALOG.replace('/welcome.jpg', `/picture-${index}.jpg`))
  const pictures = new Map([[(await decide()).body.catalog, '/welcome.jpg']])
  let isLoading = true
  const answers: Awaited<ReturnType<typeof decide>>[] = []
  const ask = async (): Promise<void> => {
    while (isLoading) answers.push(await decide())
  }
  const asking = Promise.all([ask(), ask(), ask(), ask()])
  for (const [index, text] of texts.entries()) {
    await writeFile(`${catalogFile}~`, text)
    await rename(`${catalogFile}~`, catalogFile)
    const line = await logged(({ msg, catalog }) => msg === 'catalog loaded' && !pictures.has(catalog as string))
    pictures.set(line['catalog'] as string, `/picture-${index}.jpg`)
  }
  isLoading = false
  await asking
  expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([])
  expect(new Set(answers.map(({ body }) => body.catalog)).size).toBeGreaterThan(10)
  for (const { body } of answers) expect(JSON.stringify(body.slots['masthead'])).toContain(pictures.get(body.catalog))
})
