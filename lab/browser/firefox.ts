import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions } from './browser.ts'
import { launchByPuppeteer } from './puppeteer.ts'

/**
 * Starts Firefox by WebDriver BiDi through Puppeteer: Playwright 1.65 launches Firefox ESR 153 but fails at `newPage`
 * (unknown command `emulation.setMediaFeaturesOverride`).
 */
export async function launchFirefox(options: LaunchOptions = {}): Promise<Browser> {
  return launchByPuppeteer('firefox', {
    browser: 'firefox',
    executablePath: browserPrograms('firefox').browser,
    headless: true,
    acceptInsecureCerts: options.ignoreCertificateErrors !== undefined,
    extraPrefsFirefox: {
      // 2: none, and no storage either (about:config).
      ...(options.areCookiesForbidden && { 'network.cookie.cookieBehavior': 2 }),
      ...(options.isPrivate && { 'browser.privatebrowsing.autostart': true }),
    },
    env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1' },
  })
}
