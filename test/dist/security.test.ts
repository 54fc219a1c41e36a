import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

/** The last column of the table of attacks. */
function proofs(): string[] {
  const [, attacks = ''] = readFileSync(new URL('SECURITY.md', root), 'utf8').split('## Attacks')
  const rows = attacks.split('\n').filter((line) => line.startsWith('| ')).slice(1)
  return rows.map((row) => row.split('|').at(-2)?.trim() ?? '')
}

test('every attack in SECURITY.md has a test that exists, or says that it has none yet', () => {
  expect(proofs().length).toBeGreaterThan(20)
  for (const proof of proofs().filter((text) => text !== 'later')) {
    const files = [...proof.matchAll(/`([^`]+)`/g)].map(([, file]) => file as string)
    expect(files).not.toEqual([])
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([])
  }
})
