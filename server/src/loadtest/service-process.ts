// The service under load in a process of its own: takes MeasuredSettings from its parent and gives back its addresses.
import { randomUUID } from 'node:crypto'
import { createService } from '../service/service.ts'
import { openLoadTestStore } from './load-test-store.ts'
import type { MeasuredAddresses, MeasuredSettings } from './measured-service.ts'

process.once('message', async (message) => {
  const { store: address, credentials, ...config } = message as MeasuredSettings
  const store = address === undefined ? {} : { store: openLoadTestStore({ address, credentials, logId: randomUUID() }) }
  // One visitor may come as often as Zipf's law wants.
  const settings = { ...config, port: 0, adminPort: 0, drainMs: 0, visitorPerMinute: Infinity }
  const service = await createService(
    { ...settings, ...(address === undefined ? {} : { store: address }) },
    { ...store, logStream: { write: () => undefined } },
  )
  const { port } = await service.listen()
  process.once('disconnect', () => void service.close().then(() => process.exit()))
  process.send?.({ port, adminUrl: service.adminAddress?.url ?? '' } satisfies MeasuredAddresses)
})
