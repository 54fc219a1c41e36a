import { expect, test } from 'vitest'
import { startService } from './start-service.ts'

test('health and metrics are on a listener of their own, and metrics nowhere else', async () => {
  const { service, url } = await startService()
  await service.caughtUp()
  const admin = service.adminAddress?.url as string
  expect(admin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(admin).not.toBe(url)
  expect((await fetch(`${admin}/healthz`)).status).toBe(200)
  expect((await fetch(`${admin}/readyz`)).status).toBe(200)
  const metrics = await fetch(`${admin}/metrics`)
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(await metrics.text()).toMatch(/^process_cpu_seconds_total \d/m)
  expect((await fetch(`${url}/metrics`)).status).toBe(404)
  expect((await fetch(`${admin}/v1/decide`, { method: 'POST', body: '{}' })).status).toBe(404)
})
