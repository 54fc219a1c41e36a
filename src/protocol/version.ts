/** The wire version. It changes only when an old client and a new service can no longer understand each other. */
export const PROTOCOL_VERSION = 1
