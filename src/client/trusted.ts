import type { Bridge, TrustedPolicy } from './bridge.ts'

interface TrustedTypes {
  createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy
}

/** Passes a text that we write into the page through our policy; a CSP names it in `trusted-types prepaint`. */
export function trusted(state: Pick<Bridge, '_policy'>, rule: keyof TrustedPolicy, text: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  if (!trustedTypes) return text
  // Once: a name can be used again only where the CSP says `allow-duplicates`.
  state._policy =
    state._policy || trustedTypes.createPolicy('prepaint', { createHTML: String, createScriptURL: String })
  return state._policy[rule](text)
}
