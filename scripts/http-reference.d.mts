export const exampleBodies: { [path: string]: { [field: string]: unknown } }
export function httpReference(document: { [part: string]: unknown }): string
export function openApiDocument(): { [part: string]: unknown }
