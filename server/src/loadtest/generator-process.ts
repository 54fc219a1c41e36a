// A load generator in a process of its own: takes TrafficOptions from its parent and gives back a TrafficReport.
import { generateTraffic, type TrafficOptions } from './generator.ts'

process.once('message', async (options) => {
  process.send?.(await generateTraffic(options as TrafficOptions))
})
process.once('disconnect', () => process.exit())
