import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startService } from '../support/start-service.ts'

const BEFORE = `site: agency
origins: [https://www.brand.example]
slots: { offer: {} }
audiences: { visitors: { pageViews: { $gte: 0 } } }
experiences:
  - { id: any, slot: offer, audience: visitors, variants: [{ id: any, do: [{ text: Hello }] }] }
`

const AFTER = `site: agency
origins: [https://www.brand.example]
features:
  shoes: { kind: count, event: Product Viewed, where: { category: shoes }, within: 7d }
slots: { offer: {} }
audiences:
  lookers: { features.shoes: { $gte: 3 } }
  others: { features.shoes: { $lt: 3 } }
experiences:
  - { id: shoes, slot: offer, audience: lookers, variants: [{ id: shoes, do: [{ text: Shoes }] }] }
  - { id: none, slot: offer, audience: others, variants: [{ id: none, do: [{ text: Hats }] }] }
`

const viewed = (index: number) => ({
  type: 'track',
  messageId: `view-${index}`,
  timestamp: new Date().toISOString(),
  event: 'Product Viewed',
  properties: { category: 'shoes' },
})

test('a feature that is published at six knows what visitors did at five, and its metric says how far it is', async () => {
  const { decide, batch, service, catalogFile, logged } = await startService({ catalog: BEFORE })
  const [looker, other] = [(await decide()).body.token as string, (await decide()).body.token as string]
  await batch(looker, [0, 1, 2].map(viewed))
  await batch(other, [viewed(3)])
  await service.caughtUp()
  await writeFile(catalogFile, AFTER)
  await logged(({ msg }) => String(msg).includes('1 feature(s) know all events of the log'))
  const shown = async (token: string) => (await decide({ token })).body.slots['offer']?.experience
  expect([await shown(looker), await shown(other)]).toEqual(['shoes', 'none'])
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toContain('prepaint_features_filled_ratio 1')
})
