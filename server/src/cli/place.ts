import type { GeoFacts } from 'prepaint/engine'
import { type CommandOption, type CommandValues, textOf, UsageError } from './command.ts'

/** The option that says where somebody is. */
export const regionOption: CommandOption = {
  type: 'string',
  value: 'PLACE',
  help: 'where: a country such as GB, or one of its regions such as US-CA; default: not known',
}

/** The option that says when. */
export const atOption: CommandOption = { type: 'string', value: 'INSTANT', help: 'default now' }

/** Reads the place. @throws UsageError */
export function placeOf(values: CommandValues): GeoFacts | undefined {
  const text = textOf(values, 'region')
  if (text === undefined) return undefined
  const [, country, region] = /^([A-Z]{2})(?:-([A-Z\d]{1,3}))?$/.exec(text.toUpperCase()) ?? []
  if (country === undefined) throw new UsageError('--region must be a country such as GB, or a region such as US-CA')
  return { country, ...(region === undefined ? {} : { region }) }
}

/** Reads the instant, in ms since 1970. @throws UsageError */
export function instantOf(values: CommandValues): number {
  const text = textOf(values, 'at')
  const instantMs = text === undefined ? Date.now() : Date.parse(text)
  if (Number.isNaN(instantMs)) throw new UsageError('--at must be an instant such as 2026-12-24T18:00:00Z')
  return instantMs
}
