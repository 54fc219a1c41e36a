/** Everything that `doctor` can find. `docs/errors.md` gives each one's meaning and remedy; a test compares both. */
export const findings = {
  tag_missing: 'the page has no Prepaint tag',
  tag_not_in_head: 'the tag does not stand in the head',
  tag_not_first: 'something before the tag can hold it up',
  tag_not_blocking: 'the tag does not run before the page is painted',
  tag_unloadable: "the tag's script cannot be loaded",
  slot_unmatched: 'a slot is nowhere in the page',
  slot_in_shadow_root: 'a slot stands only in a closed shadow root, which the tag cannot reach',
  slot_has_script: 'a slot holds a script, which would not run when the slot is swapped',
  selector_unreadable: 'a selector cannot be read here, so it was not tried',
  csp_blocks: "the page's Content-Security-Policy blocks Prepaint",
  service_silent: 'the service does not answer at the endpoint',
  service_refuses: 'the service answers, but not this page',
  cookies_leak: "the proxy hands the visitors' cookies to the service",
  headers_lost: 'the proxy keeps headers from the service that it needs',
  store_unreachable: 'a data centre of the cluster cannot be asked',
  store_not_migrated: "the cluster's keyspace or tables are missing or old",
  store_copies_few: 'a data centre has fewer copies of each profile than it needs',
  store_far: 'a data centre is too far away for decisions to wait for it',
  store_slow: 'reads take longer than a decision waits',
  store_stale: 'what is written does not arrive in a data centre',
  disk_low: 'the disk of the data directory is nearly full, so that events are refused',
  disk_unreadable: 'the data directory cannot be looked at',
} as const

/** A code of {@link findings}. */
export type FindingCode = keyof typeof findings

/** One thing that `doctor` has found. */
export interface Finding {
  code: FindingCode
  /** The part concerned, and its flaw; it may quote the page. */
  detail: string
}
