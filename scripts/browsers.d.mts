/** A browser by name. */
export type BrowserName = 'chromium' | 'firefox' | 'webkit'
export declare function browserNames(): BrowserName[]
export declare function browserPrograms(name: 'webkit'): { browser: string; driver: string; display: string }
export declare function browserPrograms(name: BrowserName): { browser: string }
export declare function ensureBrowsers(names?: BrowserName[]): Promise<void>
