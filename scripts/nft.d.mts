export function nftProgram(): string | undefined
export function ensureNft(): void
