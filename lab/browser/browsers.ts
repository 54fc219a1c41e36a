import { type EngineName, engineNames } from '../../scripts/engines.mjs'
import { launchChromium } from './chromium.ts'
import type { Engine, LaunchOptions } from './engine.ts'
import { launchFirefox } from './firefox.ts'
import { launchWebKit } from './webkit.ts'

const launchers: Record<EngineName, (options: LaunchOptions) => Promise<Engine>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
}

/** Starts the engines that are asked for (all three, or those of `PREPAINT_ENGINES`); all of them or none. */
export async function openEngines(options: LaunchOptions = {}): Promise<Engine[]> {
  const results = await Promise.allSettled(engineNames().map((name) => launchers[name](options)))
  const engines = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (!failed) return engines
  await Promise.all(engines.map((engine) => engine.close()))
  throw failed.reason
}
