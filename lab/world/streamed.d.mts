/** Renders an app with React as its server streams it: the shell, and the headline that the server knew later. */
export function renderStreamed(headline: string): Promise<[shell: string, rest: string]>
