/** A browser engine by name. */
export type EngineName = 'chromium' | 'firefox' | 'webkit'
export declare function engineNames(): EngineName[]
export declare function enginePrograms(name: 'webkit'): { browser: string; driver: string; display: string }
export declare function enginePrograms(name: EngineName): { browser: string }
export declare function ensureEngines(names?: EngineName[]): Promise<void>
