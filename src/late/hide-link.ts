import type { Bridge } from '../client/bridge.ts'

/** An address without a parameter, however often it is there, and otherwise as it is, to the letter. */
export function withoutParameter(address: string, name: string): string {
  const parameter = RegExp('([?&])' + name + '=[^&#]*(&?)')
  const at = address.indexOf('#')
  const page = at < 0 ? address : address.slice(0, at)
  const rest = page.replace(parameter, (_all, before: string, after: string) => after && before)
  return rest === page ? address : withoutParameter(rest + address.slice(page.length), name)
}

/** Takes the signed link out of the address bar, so that it is in no address that is shared, and in no referrer. */
export function hideLink({ _config: config }: Pick<Bridge, '_config'>): void {
  const address = withoutParameter(location.href, config.prefix + '_link')
  if (address !== location.href) history.replaceState(history.state, '', address)
}
