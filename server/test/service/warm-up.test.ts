import { expect, test } from 'vitest'
import { startService } from '../support/start-service.ts'

/** Counters that are not zero. */
async function countsOf(adminUrl: string | undefined): Promise<string[]> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  return text.split('\n').filter((line) => /^prepaint_\w+_(total|count)(\{.*\})? [1-9]\d*$/.test(line))
}

test('a service that has warmed up has counted nothing and logged no request', async () => {
  let looks = 0
  const now = (): number => {
    looks++
    return Date.now()
  }
  const { service, logLines, decide } = await startService({}, { now })
  expect(looks).toBeGreaterThan(100)
  expect(await countsOf(service.adminAddress?.url)).toEqual([])
  expect(logLines.filter(({ msg }) => !String(msg).startsWith('Server listening'))).toEqual([])
  await decide()
  expect(await countsOf(service.adminAddress?.url)).not.toEqual([])
})
