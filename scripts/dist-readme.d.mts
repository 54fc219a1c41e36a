export function brotliBytes(name: string): number
export function distReadme(): string
