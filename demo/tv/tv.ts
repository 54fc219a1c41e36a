// `npm run demo:tv`: a simulated set and a shop's page beside it, to be played with.
import { startTv } from './start.ts'

const tv = await startTv({ port: 8082 }).catch((error: unknown) => {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
  return startTv()
})

console.log(`
  A television and a shop's page, live through an evening of 2015:

    ${tv.site.origin}/tv        the set, its remote control, and the page as on a phone
    ${tv.site.origin}/          the page alone
    ${tv.site.origin}/explain   why you see what you see

  "Next commercial of the shop" jumps to shortly before one: the page changes when it has reached the homes, by itself, and goes
  back after a minute. Arrow keys are the remote control's, 1 to 5 its channels.
  Edit demo/tv/catalog.yaml: it is taken over while the service runs.
  Ctrl-C ends it.
`)

let isEnding = false
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (!isEnding) void tv.close()
    isEnding = true
  })
