import { expect, onTestFinished, test } from 'vitest'
import { carryOut, commandsOf, sectionOf } from '../../../../test/examples/carry-out.ts'
import { PAGE, temporaryDirectory } from '../../support/start-service.ts'

const cwd = new URL('../../../../', import.meta.url).pathname

test('who follows docs/cluster.md has profiles in three real nodes', async () => {
  const [start = '', address = '', migrate = '', dev = '', stop = ''] = commandsOf(
    sectionOf('docs/cluster.md', 'Try it'),
  )
  const [, store = ''] = /^export PREPAINT_STORE='(.+)'$/.exec(address) ?? []
  // The data not in the checkout, and no port that something else may have.
  const env = { PREPAINT_STORE: store, PREPAINT_DATA: await temporaryDirectory(), PREPAINT_PORT: '0' }
  // Without the optimising compiler the nodes, which live for minutes, start sooner.
  await carryOut(start, { cwd, env: { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1' } })
  // Waits until they have ended: they would share the cores with the next test's nodes.
  onTestFinished(async () => void (await carryOut(stop, { cwd })))
  expect(await carryOut(migrate, { cwd, env })).toContain('from version 0')
  const said = await carryOut(dev, { cwd, env, ready: /listens at \S+,/ })
  const [, url = ''] = /listens at (\S+),/.exec(said) ?? []
  const decide = async (token?: string) => {
    const body = JSON.stringify({ v: 1, site: 'agency', consent: 'granted', page: PAGE, token })
    const response = await fetch(`${url}/v1/decide`, { method: 'POST', body })
    return (await response.json()) as { token?: string; slots: { [slot: string]: { tier: string } } }
  }
  const { token } = await decide()
  await expect.poll(async () => Object.values((await decide(token)).slots)[0]?.tier, { timeout: 30_000 }).toBe('live')
})
