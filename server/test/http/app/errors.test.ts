import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { errors } from '../../../src/http/app/errors.ts'

const ROW = /^\| `([a-z_]+)` \| (\d{3}) \| .+ \| .+ \|$/gm

test('docs/errors.md has exactly the errors of the service, with their statuses', async () => {
  const text = await readFile(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
  const documented = [...text.matchAll(ROW)].map(([, code, status]) => [code, Number(status)])
  expect(documented).toEqual(Object.entries(errors).map(([code, { status }]) => [code, status]))
})
