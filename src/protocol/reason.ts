/**
 * Reason for a slot's decision.
 * - `match`: the experience's audience matched; `operations` say what to do.
 * - `control`: it matched, and this visitor's variant leaves the page as it is.
 * - `holdout`: it matched, and this visitor is in the site's holdout: the page stays as it is, and the variant is reported.
 * - `no-match`: no experience of this slot matched.
 * - `no-id`: the best match splits visitors by id and this visitor has none (no consent).
 */
export type Reason = 'match' | 'control' | 'holdout' | 'no-match' | 'no-id'
