import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { runCommand } from '../support/run-command.ts'

test('an option of the version before is taken by its old name, with a warning that names the new one', async () => {
  const { code, stdout, stderr } = await runCommand([
    'config',
    '--print',
    '--json',
    '--copies',
    '5',
    '--catalog',
    'a.yaml',
  ])
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining('--copies is called --profile-cache-mb now') as string,
  })
  const { settings } = JSON.parse(stdout) as { settings: { setting: string }[] }
  expect(settings.find(({ setting }) => setting === 'profileCacheMb')).toMatchObject({
    value: 5,
    from: '--profile-cache-mb',
  })
})

test('the new name wins over the old one, and the help shows the new one alone', async () => {
  const { stdout } = await runCommand(
    ['config', '--print', '--json', '--copies', '5', '--profile-cache-mb', '6', '--catalog', 'a.yaml'],
    { PREPAINT_COPIES_MB: '7' },
  )
  expect(stdout).toContain('"setting":"profileCacheMb","value":6')
  const help = await runCommand(['config', '--help'])
  expect(help.stdout).toContain('--profile-cache-mb MB')
  expect(help.stdout).not.toContain('--copies')
})

test('a variable of the version before counts unless the new one is set', async () => {
  const config = ['config', '--print', '--json', '--catalog', 'a.yaml']
  const old = await runCommand(config, { PREPAINT_COPIES_MB: '7' })
  expect(old.stdout).toContain('"setting":"profileCacheMb","value":7,"from":"PREPAINT_COPIES_MB"')
  const both = await runCommand(config, { PREPAINT_COPIES_MB: '7', PREPAINT_PROFILE_CACHE_MB: '8' })
  expect(both.stdout).toContain('"setting":"profileCacheMb","value":8,"from":"PREPAINT_PROFILE_CACHE_MB"')
})

test('no old name is the name of another option of the same command', async () => {
  for (const [name, { load }] of Object.entries(commands)) {
    const { options } = await load()
    const old = Object.values(options).flatMap(({ formerly }) => formerly ?? [])
    expect(
      old.filter((option) => Object.hasOwn(options, option)),
      name,
    ).toEqual([])
  }
})
