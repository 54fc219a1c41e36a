export function subjectFlaws(subject: string): string[]
export function commitsSince(directory: string, since?: string): { hash: string; subject: string }[] | string
