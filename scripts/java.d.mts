export function isCassandraAsked(): boolean
export function requireJava(): void
export function ensureJava(): void
