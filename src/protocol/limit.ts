/** Largest body that the service reads, in bytes. */
export const MAX_BODY_BYTES = 65_536

/** Largest batch that the client sends, in bytes: far enough below the 64 KiB that all keepalive requests share. */
export const MAX_BATCH_BYTES = 16_384

/** Most events in one batch from the client. */
export const MAX_BATCH_EVENTS = 20

/** Deepest nesting of objects and arrays in a body. */
export const MAX_BODY_DEPTH = 12

/** The grammar of a slot's name. */
export const SLOT_NAME = /^[a-z][a-z0-9-]{0,63}$/
