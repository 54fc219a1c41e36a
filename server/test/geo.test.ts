import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { createGeoReader } from '../src/http/geo.ts'

const geoHeaders = { country: 'CF-IPCountry', region: 'x-region' }

function from(remoteAddress: string, headers: { [name: string]: string | string[] } = { 'cf-ipcountry': 'CH' }): FastifyRequest {
  return { socket: { remoteAddress }, headers } as unknown as FastifyRequest
}

test.each([
  ['10.1.2.3', true], ['10.255.255.255', true], ['11.0.0.0', false], ['192.0.2.1', true], ['192.0.2.2', false],
  ['::ffff:10.1.2.3', true], ['::ffff:11.1.2.3', false], ['2001:db8::1', true], ['2001:db9::1', false], ['', false],
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
