import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { readConfig } from '../../../src/cli/settings.ts'
import { createGeoReader } from '../../../src/http/gate/geo.ts'
import { CATALOG, startService } from '../../support/start-service.ts'

const geoHeaders = { country: 'CF-IPCountry', region: 'x-region' }

function from(
  remoteAddress: string,
  headers: { [name: string]: string | string[] } = { 'cf-ipcountry': 'CH' },
): FastifyRequest {
  return { socket: { remoteAddress }, headers } as unknown as FastifyRequest
}

test.each([
  ['10.1.2.3', true],
  ['10.255.255.255', true],
  ['11.0.0.0', false],
  ['192.0.2.1', true],
  ['192.0.2.2', false],
  ['::ffff:10.1.2.3', true],
  ['::ffff:11.1.2.3', false],
  ['2001:db8::1', true],
  ['2001:db9::1', false],
  ['', false],
])('a proxy at %s is believed: %s', (address, isBelieved) => {
  const read = createGeoReader({ trustedProxies: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'], geoHeaders })
  expect(read(from(address))).toEqual(isBelieved ? { country: 'CH' } : undefined)
})

test('nobody is believed by default, nor a header that was not named', () => {
  expect(createGeoReader({ trustedProxies: [], geoHeaders })(from('127.0.0.1'))).toBeUndefined()
  expect(createGeoReader({ trustedProxies: ['127.0.0.1'], geoHeaders: {} })(from('127.0.0.1'))).toBeUndefined()
  const read = createGeoReader({ trustedProxies: ['127.0.0.1'], geoHeaders })
  expect(read(from('127.0.0.1', { 'x-country': 'CH', 'x-region': '' }))).toEqual({})
  expect(read(from('127.0.0.1', { 'cf-ipcountry': 'x'.repeat(101), 'x-region': 'ZH' }))).toEqual({ region: 'ZH' })
})

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

test.each([
  ['London', 'London'],
  [bytes('São Paulo'), 'São Paulo'],
  ['São Paulo', 'São Paulo'],
  ['S%C3%A3o%20Paulo', 'São Paulo'],
  [bytes('Sa\u0303o Paulo'), 'São Paulo'],
  [bytes('東京'), '東京'],
  ['%E6%9D%B1%E4%BA%AC', '東京'],
  ['100% Town', '100% Town'],
  ['%FF', '%FF'],
  [' Bern ', 'Bern'],
  ['Z\xfcrich', 'Zürich'],
  [bytes('x'.repeat(101)), undefined],
  ['%C3%A3'.repeat(101), undefined],
])('a city that a proxy writes as %j is %j', (header, city) => {
  const read = createGeoReader({ trustedProxies: ['127.0.0.1'], geoHeaders: { city: 'x-city' } })
  expect(read(from('127.0.0.1', { 'x-city': header }))).toEqual(city === undefined ? {} : { city })
})

test.each([
  ['ch', 'CH', 'zh', 'ZH'],
  ['CH', 'CH', 'ch-zh', 'CH-ZH'],
  ['t1', 'T1', 'Var', 'Var'],
  ['Schweiz', 'Schweiz', 'Zürich', 'Zürich'],
])('the codes %s and %s are read in capitals, names as they are', (country, wantedCountry, region, wantedRegion) => {
  const read = createGeoReader({ trustedProxies: ['127.0.0.1'], geoHeaders })
  expect(read(from('127.0.0.1', { 'cf-ipcountry': country, 'x-region': region }))).toEqual({
    country: wantedCountry,
    region: wantedRegion,
  })
})

test('an audience by country is decided from the header of a trusted proxy, and of nobody else', async () => {
  const catalog = CATALOG.replace('{ page.campaign: spring }', '{ geo.country: CH }')
  const geo = { geoHeaders: { country: 'x-country' } }
  const headline = async (trustedProxies: string[]) => {
    const { decide, url } = await startService({ catalog, trustedProxies, ...geo })
    const personal = await decide({ consent: 'denied' }, { 'x-country': 'CH' })
    const contextual = (await (
      await fetch(`${url}/v1/decide/agency/any`, { headers: { 'x-country': 'CH' } })
    ).json()) as typeof personal.body
    return [personal.body, contextual].map(({ slots }) => slots['headline']?.reason)
  }
  expect(await headline(['127.0.0.0/8'])).toEqual(['match', 'match'])
  expect(await headline(['10.0.0.0/8'])).toEqual(['no-match', 'no-match'])
})

test('the headers are named on the command line or in the environment', () => {
  const defaults = { catalogs: ['c.yaml'], dataDirectory: 'data' }
  const named = { country: 'cf-ipcountry', region: 'x-region' }
  const option = readConfig({ 'geo-header': 'country=cf-ipcountry,region=x-region' }, {}, defaults)
  const variable = readConfig({}, { PREPAINT_GEO_HEADER: 'country=cf-ipcountry,region=x-region' }, defaults)
  expect([option.geoHeaders, variable.geoHeaders]).toEqual([named, named])
})
