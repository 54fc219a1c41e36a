import type { Bridge } from '../client/bridge.ts'

/** Returns the page's facts for the service; in an address with the version of the plan that it has. */
export function queryOf({ _config: config, _view: view }: Bridge, version: string | false | undefined): string {
  // Absent before Chromium 49, Firefox 44, Safari 10.1: there is no stream, and no question.
  const facts = new URLSearchParams(view.page as unknown as Record<string, string>)
  return 'site=' + config.site + '&' + String(facts) + (version ? '&v=' + version : '')
}
