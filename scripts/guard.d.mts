export function guardChildren(): void
