import { createKeys } from '../../src/identity/key.ts'
import { EVENTS, startService } from './start-service.ts'

const secret = 's'.repeat(32)

/** Starts a service with a visitor who has ordered, and the user ann with a trait that would turn a terminal red; `env` is a command's. */
export async function startWithPeople(config: { catalog?: string } = {}) {
  const running = await startService({ secret, ...config })
  const token = (await running.decide()).body.token as string
  await running.batch(token, [EVENTS.identify, EVENTS.order, EVENTS.page])
  const writeKey = createKeys(secret).issue({ site: 'agency', access: 'events' })
  await running.post('/v1/identify', { writeKey, userId: 'ann', traits: { plan: 'free\u001b[31m\u009b' } })
  await running.service.caughtUp()
  const env = { PREPAINT_SECRET: secret, PREPAINT_CATALOG: running.catalogFile, PREPAINT_DATA: running.dataDirectory }
  return { ...running, token, env }
}
