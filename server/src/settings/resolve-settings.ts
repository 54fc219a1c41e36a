import { rows, type ServiceConfig, type Settings, settings } from './settings.ts'

/** Settings that cannot be used together or at all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

function fallbacks(port: number): Partial<Settings> {
  return Object.fromEntries(
    rows.flatMap(([key, { fallback }]) =>
      fallback === undefined ? [] : [[key, typeof fallback === 'function' ? fallback({ port }) : fallback]],
    ),
  )
}

/**
 * Fills in the defaults.
 * @throws ConfigError for settings that cannot be used.
 */
export function resolveSettings(config: ServiceConfig): Settings {
  const filled = { ...fallbacks(config.port ?? (settings.port.fallback as number)), ...config } as Settings
  const flaws = rows.flatMap(([key, { check }]) =>
    filled[key] === undefined ? [] : (check?.(filled[key], filled) ?? []),
  )
  if (flaws.length > 0) throw new ConfigError([...new Set(flaws)].join('; '))
  return filled
}
