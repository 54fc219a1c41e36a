import { expect, test } from 'vitest'
import { ConfigError, resolveSettings } from '../../src/settings/resolve-settings.ts'

const CONFIG = { catalogs: ['c.yaml'], dataDirectory: 'd' }
const SECRET = 's'.repeat(32)

test('the admin listener is the port after the public one, on this machine alone', () => {
  expect(resolveSettings(CONFIG)).toMatchObject({
    host: '127.0.0.1',
    port: 4310,
    adminHost: '127.0.0.1',
    adminPort: 4311,
  })
  expect(resolveSettings({ ...CONFIG, port: 80, host: '0.0.0.0', secret: SECRET })).toMatchObject({
    adminPort: 81,
    adminHost: '127.0.0.1',
  })
  expect(resolveSettings({ ...CONFIG, port: 0 }).adminPort).toBe(0)
})

test.each([
  ['no catalog', { catalogs: [] }, 'no catalog'],
  ['a port that is none', { port: 65_536 }, 'port'],
  ['a port that is no number', { port: Number.NaN }, 'port'],
  ['an admin port that is the public one', { port: 80, adminPort: 80 }, 'admin-port must not be'],
  ['the last port without another for the admin', { port: 65_535 }, 'admin-port must be'],
  ['a budget of nothing', { budgetMs: 0 }, 'budget'],
  ['a budget by another word', { budgetMs: Number('wide') }, 'budget must be auto'],
  ['less than no memory', { profileCacheMb: -1 }, 'profile cache'],
  ['catalogs of no length', { maxCatalogMb: 0 }, 'max-catalog-mb must be 1 to 8'],
  ['catalogs of any length', { maxCatalogMb: 9 }, 'max-catalog-mb must be 1 to 8'],
  ['a limit of nothing', { visitorPerMinute: 0 }, 'more than 0'],
  ['a limit that is no number', { sitePerMinute: Number.NaN }, 'more than 0'],
  ['a proxy by name', { trustedProxies: ['proxy.internal'] }, 'trusted-proxy'],
  [
    'a place that is none',
    { geoHeaders: { planet: 'x-planet' } as object },
    'geo-header must be one of country, region, city',
  ],
  ['a header with a space', { geoHeaders: { country: 'x country' } }, 'geo-header'],
  ['a network that is too long', { trustedProxies: ['10.0.0.0/33'] }, 'trusted-proxy'],
  ['a short secret', { secret: 'short' }, '32 characters'],
  ['all addresses without a secret', { host: '0.0.0.0' }, 'PREPAINT_SECRET must be set'],
  ['all addresses of IPv6 without a secret', { host: '::' }, 'PREPAINT_SECRET must be set'],
])('%s is refused, and the message names it', (_name, change, message) => {
  expect(() => resolveSettings({ ...CONFIG, ...change })).toThrow(ConfigError)
  expect(() => resolveSettings({ ...CONFIG, ...change })).toThrow(message)
})

test('everything that is wrong is named at once', () => {
  expect(() => resolveSettings({ catalogs: [], dataDirectory: 'd', budgetMs: -1 })).toThrow(/no catalog.*; budget/)
})
